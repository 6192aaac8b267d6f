import { type Order, type OrderId, PayStatus } from '@coursepay/core'
import type { OrderRepository, OrderViews } from '@coursepay/core/ports'
import type { Knex } from 'knex'
import { readId, readNumber, readText } from '../sql/row-values.js'
import { byAge, newestFirst } from '../sql/sequence.js'
import type { SqlSession } from '../sql/session.js'
import { LIMIT, OFFSET, param, type Row, type SqlContext, type Statement, statement } from '../sql/statement.js'
import { searchOrders } from './order-search.js'

const pageOfUser = statement(({ sql }) =>
  sql('xc_orders')
    .select('id')
    .where('user_id', param('userId'))
    .orderBy(newestFirst('create_date', 'id'))
    .limit(LIMIT)
    .offset(OFFSET),
)

const countOfUser = statement(({ sql }) => sql('xc_orders').where('user_id', param('userId')).count({ total: '*' }))

const heldPayments = statement(({ sql }) =>
  sql('xc_pay_record')
    .select('pay_no', 'order_id')
    .where({ status: PayStatus.paid, receipt: 'held' })
    .orderBy(['create_date', 'pay_no'])
    .limit(LIMIT),
)

const AGE_OF_REFUNDS = ['status', 'create_date', 'id'] as const

const pendingRefunds = statement(({ sql, tableByIndex }) =>
  sql(tableByIndex('refund', AGE_OF_REFUNDS))
    .select('id', 'order_id', 'create_date')
    .where('status', 'pending')
    .orderBy(['create_date', 'id'])
    .limit(LIMIT),
)

/** An operator's refund whose amount is still left, and none of its payment was opened after it failed. */
const isUnansweredOfOperator = (sql: SqlContext['sql']): Knex.QueryCallback => {
  const paid = sql('xc_pay_record').select('total_price').where('pay_no', sql.ref('refund.pay_no'))
  const reserved = sql('refund as other')
    .sum('other.amount')
    .where('other.pay_no', sql.ref('refund.pay_no'))
    .whereNot('other.status', 'failed')
  return (refund) =>
    void refund
      .where('cause', 'operator')
      .where(sql.raw('?? <= (?) - coalesce((?), 0)', ['refund.amount', paid, reserved]))
      .whereNotExists(
        sql('refund as newer')
          .select(sql.raw('1'))
          .where('newer.pay_no', sql.ref('refund.pay_no'))
          .where('newer.create_date', '>', sql.ref('refund.finish_date')),
      )
}

/** Money that is still here, though its refund failed: it paid no order, or an operator refunds it otherwise. */
const failedRefunds = statement(({ sql, tableByIndex }) =>
  sql(tableByIndex('refund', AGE_OF_REFUNDS))
    .select('id', 'order_id', 'create_date')
    .where('status', 'failed')
    .where((cause) => void cause.whereIn('cause', ['surplus', 'late']).orWhere(isUnansweredOfOperator(sql)))
    .whereExists(
      sql('xc_pay_record')
        .select(sql.raw('1'))
        .where('xc_pay_record.pay_no', sql.ref('refund.pay_no'))
        .where('xc_pay_record.status', PayStatus.paid),
    )
    .orderBy(['create_date', 'id'])
    .limit(LIMIT),
)

const countByStatus = (table: 'xc_orders' | 'xc_pay_record' | 'refund'): Statement =>
  statement(({ sql }) => sql(table).select('status').count({ total: '*' }).groupBy('status'))
const [countOrders, countPayments, countRefunds] = [
  countByStatus('xc_orders'),
  countByStatus('xc_pay_record'),
  countByStatus('refund'),
]

/** Lists are found by their indexes; the orders in them are read as whole aggregates. */
export function orderViews(session: SqlSession, orders: Pick<OrderRepository, 'findMany'>): OrderViews {
  /** In the sequence of the ids, which may name an order twice. */
  const ordersOf = async (ids: readonly OrderId[]): Promise<Order[]> => {
    const found = new Map((await orders.findMany([...new Set(ids)])).map((order) => [order.id, order]))
    return ids.flatMap((id) => found.get(id) ?? [])
  }
  const counted = async (count: Statement) => {
    const rows = await session.all(count, {})
    return Object.fromEntries(rows.map((row) => [readText<string>(row, 'status'), readNumber(row, 'total')]))
  }
  return {
    async pageOf(userId, offset, limit) {
      const rows = await session.all(pageOfUser, { userId, offset, limit })
      const [count = {}] = await session.all(countOfUser, { userId })
      return { orders: await ordersOf(rows.map(orderIdOf)), total: readNumber(count, 'total') }
    },
    async search(filter, after, limit) {
      const positions = await searchOrders(session, filter, after, limit + 1)
      const page = positions.slice(0, limit)
      const next = positions.length > limit ? (page.at(-1) ?? null) : null
      return { orders: await ordersOf(page.map(({ id }) => id)), next }
    },
    async openRefunds(limit) {
      const pending = await session.all(pendingRefunds, { limit })
      const failed = await session.all(failedRefunds, { limit })
      const rows = [...pending, ...failed].sort(oldestFirst).slice(0, limit)
      const found = await ordersOf(rows.map(ownerOf))
      return rows.flatMap((row, index) => found[index]?.refunds.find(({ id }) => id === readId(row, 'id')) ?? [])
    },
    async heldPayments(limit) {
      const rows = await session.all(heldPayments, { limit })
      const found = await ordersOf(rows.map(ownerOf))
      return rows.flatMap(
        (row, index) => found[index]?.payments.find(({ payNo }) => payNo === readId(row, 'pay_no')) ?? [],
      )
    },
    counts: async () => ({
      orders: await counted(countOrders),
      payments: await counted(countPayments),
      refunds: await counted(countRefunds),
    }),
  }
}

const orderIdOf = (row: Row) => readId<OrderId>(row, 'id')
const ownerOf = (row: Row) => readId<OrderId>(row, 'order_id')

const oldestFirst = byAge<Row>(
  (row) => readNumber(row, 'create_date'),
  ({ id }) => id,
)
