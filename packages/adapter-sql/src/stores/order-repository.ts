import { type Order, OrderStatus, type Payment, type Refund } from '@coursepay/core'
import type { OrderCommit, OrderKey, OrderRepository } from '@coursepay/core/ports'
import { comparatorByAge } from '../sql/comparator-by-age.js'
import type { Committer } from '../sql/engine.js'
import { readId } from '../sql/row-values.js'
import type { ReadSession } from '../sql/session.js'
import { type Row, type Sql, type SqlSyntax, sql } from '../sql/sql.js'
import { type OrderRoot, ordersTable, paymentsTable, refundsTable } from '../sql/tables.js'
import { createFindByKey, createReadByKeys, type KeyLookup } from './key-lookup.js'

const PAYMENTS_OF_ORDER_INDEX_COLUMNS = ['order_id', 'create_date', 'pay_no'] as const

export function createOrderRepository(session: ReadSession, commit: Committer<OrderCommit>): OrderRepository {
  const { xc_orders } = session.syntax.tables
  const { lookups, readById } = createOrderLookups(session)
  return {
    find: createFindByKey(session, lookups),
    findMany: async (ids) => (ids.length === 0 ? [] : await readById([...new Set(ids)].map((id) => [BigInt(id)]))),
    commit,
    async listOverdue(now, limit) {
      const overdue = sql`SELECT id FROM ${xc_orders} WHERE status = ${OrderStatus.unpaid} AND expire_date <= ${now}
        ORDER BY expire_date, id LIMIT ${limit}`
      return (await session.all(overdue)).map((row) => readId(row, 'id'))
    },
  }
}

const [payment, refund] = [paymentsTable.as('p'), refundsTable.as('r')]

/**
 * The columns of an order beside its children. Its detail, the one long text, comes with its oldest payment alone: an
 * order of 200 payments would carry it 200 times. Where no payment is the oldest, it comes with each: in a host's
 * transaction the rows are the newest, but a subquery sees the snapshot, which may be older than the order.
 */
function aliasOrdersTableForJoin({ byIndex }: SqlSyntax) {
  const oldest = sql`(SELECT f.pay_no FROM ${byIndex('xc_pay_record', PAYMENTS_OF_ORDER_INDEX_COLUMNS, 'f')}
    WHERE f.order_id = o.id ORDER BY f.order_id, f.create_date, f.pay_no LIMIT 1)`
  const order_detail = `CASE WHEN p.pay_no <> ${oldest.sql} THEN NULL ELSE o.order_detail END`
  return ordersTable.as('o', { order_detail })
}

/** A whole order is read by one statement: every database answers one from a single moment, so that it is untorn. */
function createOrderLookups(session: ReadSession) {
  const { tables, byIndex, joinInOrder } = session.syntax
  const order = aliasOrdersTableForJoin(session.syntax)
  const columns = sql`SELECT ${order.columns},${payment.columns},${refund.columns} FROM`
  const children = sql`LEFT JOIN ${byIndex('xc_pay_record', PAYMENTS_OF_ORDER_INDEX_COLUMNS, 'p')} ON p.order_id = o.id
    LEFT JOIN ${byIndex('refund', ['order_id', 'create_date', 'id'], 'r')} ON r.order_id = o.id AND r.pay_no = p.pay_no`
  const byRoot = sql`${columns} ${tables.xc_orders} o ${children} WHERE`
  const byPayment = sql`${columns} ${tables.xc_pay_record} named ${joinInOrder} ${tables.xc_orders} o ON o.id = named.order_id ${children} WHERE`
  const readBy = (start: Sql, names: readonly string[]) =>
    createReadByKeys(session, start, names, (rows) => assembleOrders(rows, order.read))
  const ids = sql`SELECT id FROM ${tables.xc_orders} WHERE`
  const readIds = createReadByKeys(session, ids, ['out_business_id', 'order_type'], (rows) =>
    rows.map((row) => [BigInt(readId(row, 'id'))]),
  )
  const readById = readBy(byRoot, ['o.id'])
  const lookups: readonly KeyLookup<OrderKey, Order>[] = [
    {
      valuesOf: (key) => ('id' in key ? [BigInt(key.id)] : null),
      keysOf: ({ id }) => [[id]],
      read: readById,
    },
    {
      valuesOf: (key) => ('outBusinessId' in key ? [key.outBusinessId, key.orderType] : null),
      keysOf: ({ outBusinessId, orderType }) => [[outBusinessId, orderType]],
      async read(keys) {
        // Most orders that are looked for by the seller's id are yet to be made: one small read says so.
        const found = await readIds(keys)
        return found.length === 0 ? [] : await readById(found)
      },
    },
    {
      valuesOf: (key) => ('payNo' in key ? [BigInt(key.payNo)] : null),
      keysOf: ({ payments }) => payments.map(({ payNo }) => [payNo]),
      read: readBy(byPayment, ['named.pay_no']),
    },
    {
      valuesOf: (key) => ('token' in key ? [key.token] : null),
      keysOf: ({ payments }) => payments.map(({ token }) => [token]),
      read: readBy(byPayment, ['named.token']),
    },
  ]
  return { lookups, readById }
}

/** What was read of an order so far: its root, and its children by their ids. */
interface OrderBeingAssembled {
  root?: OrderRoot
  readonly payments: Map<unknown, Payment>
  readonly refunds: Map<unknown, Refund>
}

/** The join repeats a payment for each of its refunds. */
function assembleOrders(rows: readonly Row[], readRoot: (row: Row) => OrderRoot): Order[] {
  const found = new Map<unknown, OrderBeingAssembled>()
  for (const row of rows) {
    const { o_id, o_order_detail, p_pay_no, r_id } = row
    const order: OrderBeingAssembled = found.get(o_id) ?? { payments: new Map(), refunds: new Map() }
    found.set(o_id, order)
    if (o_order_detail !== null) order.root ??= readRoot(row)
    if (p_pay_no !== null && !order.payments.has(p_pay_no)) order.payments.set(p_pay_no, payment.read(row))
    if (r_id !== null && !order.refunds.has(r_id)) order.refunds.set(r_id, refund.read(row))
  }
  return [...found.values()].flatMap(({ root, payments, refunds }) =>
    root === undefined
      ? []
      : [
          {
            ...root,
            payments: [...payments.values()].sort(comparatorByAge(({ createDate, payNo }) => [createDate, payNo])),
            refunds: [...refunds.values()].sort(comparatorByAge(({ createDate, id }) => [createDate, id])),
          },
        ],
  )
}
