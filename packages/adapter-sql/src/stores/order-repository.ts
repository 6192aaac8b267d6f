import { type Order, OrderStatus } from '@coursepay/core'
import type { OrderCommit, OrderKey, OrderRepository } from '@coursepay/core/ports'
import type { Committer } from '../sql/engine.js'
import { readId } from '../sql/row-values.js'
import type { ReadSession } from '../sql/session.js'
import { LIMIT, param, type Row, type SqlValue, statement } from '../sql/statement.js'
import { type KeyKind, keyKinds, readsOf } from './order-keys.js'
import { toOrder, toPayment, toRefund } from './order-rows.js'

const overdue = statement(({ sql }) =>
  sql('xc_orders')
    .select('id')
    .where('status', OrderStatus.unpaid)
    .where('expire_date', '<=', param('now'))
    .orderBy(['expire_date', 'id'])
    .limit(LIMIT),
)

export function orderRepository(session: ReadSession, commit: Committer<OrderCommit>): OrderRepository {
  const readAll = (keys: readonly OrderKey[]) => readOrders(session, keys)
  return {
    find: session.gather(readAll),
    async findMany(ids) {
      if (ids.length === 0) return []
      const orders = await readAll([...new Set(ids)].map((id) => ({ id })))
      return orders.filter((order) => order !== null)
    },
    commit,
    async listOverdue(now, limit) {
      return (await session.all(overdue, { now, limit })).map((row) => readId(row, 'id'))
    },
  }
}

/**
 * How often orders that change all the time are read; whether the last reading is whole is then the guard's business.
 */
const MAX_READS = 20

/**
 * Reads whole orders, untorn: the orders first, then what belongs to them, then their versions again, in one round
 * trip. When a version changed meanwhile, the children may be newer than the order: all is read again. (The order last
 * would hide that.)
 */
async function readOrders(session: ReadSession, keys: readonly OrderKey[]): Promise<readonly (Order | null)[]> {
  const asked = keyKinds.flatMap((kind) => {
    const values = keys.flatMap((key) => (kind.valuesOf(key) === null ? [] : [kind.valuesOf(key) ?? []]))
    return values.length === 0 ? [] : [{ kind, reads: readsOf(kind, values) }]
  })
  for (let tries = 1; ; tries += 1) {
    const rows = await session.readTogether(asked.flatMap(({ reads }) => reads))
    const parts = asked.map(({ kind }, place) => ({ kind, rows: rows.slice(4 * place, 4 * place + 4) }))
    if (tries < MAX_READS && parts.some((part) => isTorn(part.rows))) continue
    const found = new Map(
      parts.flatMap(({ kind, rows: [orders = [], payments = [], refunds = []] }) =>
        assemble(orders, payments, refunds).flatMap((order) =>
          kind.keysOf(order).map((key) => [nameOf(kind, key), order] as const),
        ),
      ),
    )
    return keys.map((key) => found.get(nameOfKey(key)) ?? null)
  }
}

/** A key as one text, which no key of another kind has. */
const nameOf = (kind: KeyKind, values: readonly SqlValue[]): string => `${keyKinds.indexOf(kind)} ${values.join(' ')}`

function nameOfKey(key: OrderKey): string {
  const kind = keyKinds.find((each) => each.valuesOf(key) !== null)
  return kind === undefined ? '' : nameOf(kind, kind.valuesOf(key) ?? [])
}

function isTorn([orders = [], , , versions = []]: readonly (readonly Row[])[]): boolean {
  const latest = new Map(versions.map((row) => [row.id, row.version]))
  return orders.some(({ id, version }) => latest.get(id) !== version)
}

function assemble(orders: readonly Row[], payments: readonly Row[], refunds: readonly Row[]): readonly Order[] {
  const [paymentsOf, refundsOf] = [payments, refunds].map((rows) => Map.groupBy(rows, ({ order_id }) => order_id))
  return orders.map((row) =>
    toOrder(row, (paymentsOf?.get(row.id) ?? []).map(toPayment), (refundsOf?.get(row.id) ?? []).map(toRefund)),
  )
}
