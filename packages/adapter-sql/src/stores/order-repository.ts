import { type Order, OrderStatus } from '@coursepay/core'
import type { OrderCommit, OrderKey, OrderRepository } from '@coursepay/core/ports'
import type { Committer } from '../sql/engine.js'
import { keyedReads, oldestFirst, whereAny } from '../sql/keyed-reads.js'
import { readId, readText, toBigint } from '../sql/row-values.js'
import type { ReadSession } from '../sql/session.js'
import { LIMIT, param, type Row, statement } from '../sql/statement.js'
import { orders, payments, refunds } from '../sql/tables.js'
import { type AggregateTables, aggregateReader, type KeyKind, readsByOwner, readsByRow } from './aggregate-reader.js'

const overdue = statement(({ sql }) =>
  sql('xc_orders')
    .select('id')
    .where('status', OrderStatus.unpaid)
    .where('expire_date', '<=', param('now'))
    .orderBy(['expire_date', 'id'])
    .limit(LIMIT),
)

export function orderRepository(session: ReadSession, commit: Committer<OrderCommit>): OrderRepository {
  const readAll = async (keys: readonly OrderKey[]) => readOrders(session, await withoutSellersIds(session, keys))
  return {
    find: session.gather(readAll),
    async findMany(ids) {
      const keys = [...new Set(ids)].map((id) => ({ id }))
      return (await readOrders(session, keys)).filter((order) => order !== null)
    },
    commit,
    async listOverdue(now, limit) {
      return (await session.all(overdue, { now, limit })).map((row) => readId(row, 'id'))
    },
  }
}

type SellersKey = Extract<OrderKey, { readonly outBusinessId: unknown }>
/** Null names no order. */
type OwnKey = Exclude<OrderKey, SellersKey> | null

const isSellersKey = (key: OrderKey): key is SellersKey => 'outBusinessId' in key

const SELLERS_KEY = ['out_business_id', 'order_type'] as const

const idsBySellersKey = keyedReads((placeholders) => [
  statement(({ sql }) =>
    sql('xc_orders')
      .select('id', ...SELLERS_KEY)
      .where(whereAny(SELLERS_KEY, placeholders)),
  ),
])

/** Most orders that are looked for by the seller's id are yet to be made: one small read says so. */
async function withoutSellersIds(session: ReadSession, keys: readonly OrderKey[]): Promise<readonly OwnKey[]> {
  const asked = idsBySellersKey(keys.filter(isSellersKey).map((key) => [key.outBusinessId, key.orderType]))
  const [rows = []] = asked.length === 0 ? [] : await session.readTogether(asked)
  const nameOf = (...parts: readonly string[]) => parts.join(' ')
  const ids = new Map(
    rows.map((row) => [nameOf(readText(row, 'out_business_id'), readText(row, 'order_type')), readId(row, 'id')]),
  )
  return keys.map((key) => {
    if (!isSellersKey(key)) return key
    const id = ids.get(nameOf(key.outBusinessId, key.orderType))
    return id === undefined ? null : ({ id } as OwnKey)
  })
}

const tables: AggregateTables = [
  ['xc_orders', ['id']],
  ['xc_pay_record', ['order_id']],
  ['refund', ['order_id']],
]

const kinds: readonly KeyKind<OwnKey, Order>[] = [
  {
    valuesOf: (key) => (key !== null && 'id' in key ? [toBigint(key.id)] : null),
    keysOf: ({ id }) => [[id]],
    readsAt: readsByOwner(tables),
  },
  {
    valuesOf: (key) => (key !== null && 'payNo' in key ? [toBigint(key.payNo)] : null),
    keysOf: (order) => order.payments.map(({ payNo }) => [payNo]),
    readsAt: readsByRow(tables, 'xc_pay_record', 'pay_no'),
  },
  {
    valuesOf: (key) => (key !== null && 'token' in key ? [key.token] : null),
    keysOf: (order) => order.payments.map(({ token }) => [token]),
    readsAt: readsByRow(tables, 'xc_pay_record', 'token'),
  },
]

const readOrders = aggregateReader(kinds, ([roots = [], paymentRows = [], refundRows = []]) => {
  const [paymentsOf, refundsOf] = [byOrder(paymentRows, 'pay_no'), byOrder(refundRows, 'id')]
  return roots.map((row) => ({
    ...orders.read(row),
    payments: (paymentsOf.get(row.id) ?? []).map(payments.read),
    refunds: (refundsOf.get(row.id) ?? []).map(refunds.read),
  }))
})

const byOrder = (rows: readonly Row[], key: string) => Map.groupBy(oldestFirst(rows, key), ({ order_id }) => order_id)
