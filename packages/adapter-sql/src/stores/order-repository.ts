import { type Order, type OrderCommit, type OrderKey, type OrderRepository, OrderStatus } from '@coursepay/core'
import type { Committer } from '../sql/engine.js'
import { padToPowerOfTwo } from '../sql/pad-to-power-of-two.js'
import { readId, toBigint } from '../sql/row-values.js'
import type { ReadSession } from '../sql/session.js'
import { LIMIT, param, type Row, type SqlContext, type Statement, statement, type Values } from '../sql/statement.js'
import { toOrder, toPayment, toRefund } from './order-rows.js'

/** Reads of whole orders, in this sequence: see `readWhole`. */
interface OrderReads {
  readonly orders: Statement
  readonly payments: Statement
  readonly refunds: Statement
  readonly versions: Statement
}

/** `idsOf` names the orders: a value, or a query of their ids, in both cases out of the planner's sight. */
const orderReads = (idsOf: (context: SqlContext) => unknown): OrderReads => {
  const among = (table: string, column: string) =>
    ((context) => context.sql(table).where(column, 'in', idsOf(context) as never)) satisfies Statement['build']
  const children = (table: string, key: string) =>
    statement((context) => among(table, 'order_id')(context).orderBy(['order_id', 'create_date', key]))
  return {
    orders: statement(among('xc_orders', 'id')),
    payments: children('xc_pay_record', 'pay_no'),
    refunds: children('refund', 'id'),
    versions: statement((context) => among('xc_orders', 'id')(context).select('id', 'version')),
  }
}

const idWhere = (table: string, id: string, matches: Readonly<Record<string, unknown>>) =>
  orderReads(({ sql }) => sql(table).select(id).where(matches))
const readsByPayNo = idWhere('xc_pay_record', 'order_id', { pay_no: param('payNo') })
const readsByToken = idWhere('xc_pay_record', 'order_id', { token: param('token') })
const readsByBusinessId = idWhere('xc_orders', 'id', {
  out_business_id: param('outBusinessId'),
  order_type: param('orderType'),
})

/** By how many ids: a few statements serve every number of them. */
const readsByIds = new Map<number, OrderReads>()
function readsOf(places: number): OrderReads {
  const reads =
    readsByIds.get(places) ?? orderReads(() => Array.from({ length: places }, (_, place) => param(`id${place}`)))
  readsByIds.set(places, reads)
  return reads
}

const overdue = statement(({ sql }) =>
  sql('xc_orders')
    .select('id')
    .where('status', OrderStatus.unpaid)
    .where('expire_date', '<=', param('now'))
    .orderBy(['expire_date', 'id'])
    .limit(LIMIT),
)

export function orderRepository(session: ReadSession, commit: Committer<OrderCommit>): OrderRepository {
  return {
    async find(key) {
      const [order] = await readWhole(session, ...readsFor(key))
      return order ?? null
    },
    findMany: async (ids) => (ids.length === 0 ? [] : readWhole(session, ...readsForIds(ids))),
    commit,
    async listOverdue(now, limit) {
      return (await session.all(overdue, { now, limit })).map((row) => readId(row, 'id'))
    },
  }
}

function readsFor(key: OrderKey): [OrderReads, Values] {
  if ('id' in key) return readsForIds([key.id])
  if ('payNo' in key) return [readsByPayNo, { payNo: toBigint(key.payNo) }]
  if ('token' in key) return [readsByToken, { token: key.token }]
  return [readsByBusinessId, { outBusinessId: key.outBusinessId, orderType: key.orderType }]
}

function readsForIds(ids: readonly string[]): [OrderReads, Values] {
  const padded = padToPowerOfTwo(ids)
  return [readsOf(padded.length), Object.fromEntries(padded.map((id, place) => [`id${place}`, toBigint(id)]))]
}

/** How often orders that change all the time are read; the version of the last time is the guard's business. */
const MAX_READS = 20

/**
 * Reads whole orders, untorn: the orders first, then what belongs to them, then their versions again, in one round trip. When a version
 * changed meanwhile, the children may be newer than the order: all is read again. (The order last would hide that.)
 */
async function readWhole(session: ReadSession, reads: OrderReads, values: Values): Promise<readonly Order[]> {
  for (let tries = 1; ; tries += 1) {
    const [orders = [], payments = [], refunds = [], versions = []] = await session.readTogether([
      [reads.orders, values],
      [reads.payments, values],
      [reads.refunds, values],
      [reads.versions, values],
    ])
    const latest = new Map(versions.map((row) => [readId(row, 'id'), String(row.version)]))
    const isWhole = orders.every((row) => latest.get(readId(row, 'id')) === String(row.version))
    if (isWhole || tries === MAX_READS) return orders.map((row) => assemble(row, payments, refunds))
  }
}

function assemble(row: Row, payments: readonly Row[], refunds: readonly Row[]): Order {
  const isOfOrder = (child: Row) => child.order_id === row.id
  return toOrder(row, payments.filter(isOfOrder).map(toPayment), refunds.filter(isOfOrder).map(toRefund))
}
