import type { Order } from '../../src/orders/domain/order.js'
import type { OrderCommit, OrderKey, OrderRepository } from '../../src/orders/ports/order-repository.js'
import type { OrderStore } from '../../src/orders/ports/order-store.js'
import type { Clock, EpochMs } from '../../src/shared/ports/clock.js'
import { OrderStatus } from '../../src/shared/status-codes.js'
import { comparatorByAge, oldestPaymentFirst, oldestRefundFirst } from './by-age.js'
import { copyOf } from './copy-of.js'
import { journalIn, operatorLogIn, scheduleIn } from './in-memory-order-records.js'
import { addIfAbsent, inMemoryOrderRows, type OrderRows, scheduleKey } from './in-memory-order-rows.js'
import { orderViewsIn } from './in-memory-order-views.js'
import { newOutboxRow, outboxIn } from './in-memory-outbox.js'
import { paymentLedgerIn } from './in-memory-payment-ledger.js'
import type { RowStorage } from './row-storage.js'
import { type StoreFaults, withFaults } from './store-faults.js'

export interface InMemoryOrderStore extends OrderStore {
  readonly faults: StoreFaults
  /** What is committed, beside the ports: for assertions. */
  readonly rows: OrderRows
}

/**
 * The order service's store in memory: a map with a version check. Leases and ages go by `clock`. Given the rows of
 * another store, it is a second process on the same database, or the same one after a restart.
 */
export function inMemoryOrderStore(clock: Clock, rows: OrderRows = inMemoryOrderRows()): InMemoryOrderStore {
  const { storage, faulty, faults } = withFaults(rows)
  const store = orderStoreIn(storage, clock)
  const { orders } = store
  return { ...store, orders: { ...orders, commit: faulty(orders.commit) }, faults, rows }
}

/** The order service's store, wherever its rows are. Leases and ages go by `clock`. */
export const orderStoreIn = (storage: RowStorage<OrderRows>, clock: Clock): OrderStore => ({
  orders: ordersIn(storage, clock),
  outbox: outboxIn(storage, clock),
  journal: journalIn(storage),
  schedule: scheduleIn(storage),
  views: orderViewsIn(storage),
  ledger: paymentLedgerIn(storage),
  operatorLog: operatorLogIn(storage),
})

const earliestExpiryFirst = comparatorByAge('expireDate', 'id')

function ordersIn({ read, write }: RowStorage<OrderRows>, clock: Clock): OrderRepository {
  return {
    find: (key) => read(({ orders }) => copyOf([...orders.values()].find(matchesKey(key)) ?? null)),
    findMany: (ids) => read(({ orders }) => [...new Set(ids)].flatMap((id) => copyOf(orders.get(id)) ?? [])),
    commit: (commit) => write((rows) => commitOrder(rows, copyOf(commit), commit.after !== commit.before, clock.now())),
    listOverdue: (now, limit) =>
      read(({ orders }) =>
        [...orders.values()]
          .filter(({ status, expireDate }) => status === OrderStatus.unpaid && expireDate <= now)
          .sort(earliestExpiryFirst)
          .slice(0, limit)
          .map(({ id }) => id),
      ),
  }
}

function matchesKey(key: OrderKey): (order: Order) => boolean {
  if ('id' in key) return ({ id }) => id === key.id
  if ('payNo' in key) return ({ payments }) => payments.some(({ payNo }) => payNo === key.payNo)
  if ('token' in key) return ({ payments }) => payments.some(({ token }) => token === key.token)
  return ({ orderType, outBusinessId }) => orderType === key.orderType && outBusinessId === key.outBusinessId
}

/** Stores everything, or nothing: all that may clash is checked before anything is written. */
function commitOrder(rows: OrderRows, commit: OrderCommit, isChange: boolean, now: EpochMs): 'committed' | 'conflict' {
  const { before, after, messages, journal, actions, schedule } = commit
  if (isChange && (isStale(rows, before, after) || isDuplicate(rows, after))) return 'conflict'
  if (messages.some(({ id }) => rows.outbox.has(id))) return 'conflict'
  if (isChange) rows.orders.set(after.id, withOldestFirst(after))
  for (const message of messages) rows.outbox.set(message.id, newOutboxRow(message, now))
  for (const entry of journal) addIfAbsent(rows.journal, entry.id, entry)
  for (const action of actions) addIfAbsent(rows.actions, action.id, action)
  for (const entry of schedule) addIfAbsent(rows.schedule, scheduleKey(entry), entry)
  return 'committed'
}

/** As every store reads it, also when the clocks of two processes differ. */
const withOldestFirst = (order: Order): Order => ({
  ...order,
  payments: order.payments.toSorted(oldestPaymentFirst),
  refunds: order.refunds.toSorted(oldestRefundFirst),
})

function isStale({ orders }: OrderRows, before: Order | null, { id }: Order): boolean {
  return orders.get(id)?.version !== before?.version
}

/** True when something of the order that is unique belongs to another one. */
function isDuplicate({ orders }: OrderRows, order: Order): boolean {
  const names = uniqueKeysOf(order)
  if (names.size !== 1 + 2 * order.payments.length + 2 * order.refunds.length) return true
  return [...orders.values()].some(
    (other) => other.id !== order.id && [...uniqueKeysOf(other)].some((name) => names.has(name)),
  )
}

function uniqueKeysOf({ orderType, outBusinessId, payments, refunds }: Order): Set<string> {
  return new Set([
    `business ${orderType} ${outBusinessId}`,
    ...payments.flatMap(({ payNo, token }) => [`payment ${payNo}`, `token ${token}`]),
    ...refunds.flatMap(({ id, payNo, outRequestNo }) => [`refund ${id}`, `request ${payNo} ${outRequestNo}`]),
  ])
}
