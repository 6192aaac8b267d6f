import type { OrderId, OutBusinessId, PayNo } from '../../shared/identifiers.js'
import type { EpochMs } from '../../shared/ports/clock.js'
import type { OrderStatus } from '../../shared/status-codes.js'
import type { Order } from '../domain/order.js'
import type { PayRecord } from '../domain/pay-record.js'

/** A conditional change: it happens only when the order is still as `from` and `fromExpireDate` say. */
export interface OrderChange {
  readonly from: OrderStatus
  readonly to: OrderStatus
  /** When given, the expiry must still be this one: nobody asked for another attempt in between. */
  readonly fromExpireDate?: EpochMs
  /** New expiry; left as it is when absent. */
  readonly expireDate?: EpochMs
}

/** What else names one order: the seller's id, or any of its pay records. */
export type OrderKey = { readonly outBusinessId: OutBusinessId } | { readonly payNo: PayNo }

/** Orders with their goods (tables `xc_orders`, `xc_orders_goods`). Every method may fail with `store_unavailable`. */
export interface OrderRepository {
  /**
   * Outcome: stores the order, with its first pay record when one is given, or hands out the order that has the same `outBusinessId` and stores
   * nothing; `inserted` tells which.
   * Errors: `state_conflict` when the id or the pay record's number is another's; then nothing is stored.
   * Repeated call: the stored one. Concurrency: of any number of callers with one `outBusinessId` one inserts, all get the same
   * order. Retry: the unit of work.
   */
  insertOrRead(order: Order, first?: PayRecord): Promise<{ readonly order: Order; readonly inserted: boolean }>

  /** Outcome: the order with its goods, or null. Concurrency: a read of what is committed. */
  find(id: OrderId): Promise<Order | null>

  /** The same by another key. */
  findBy(key: OrderKey): Promise<Order | null>

  /**
   * Outcome: true when the row was as `from` and `fromExpireDate` say and is now in `to`; false when not, and nothing changes.
   * Repeated call: false, unless `from` and `to` are the same. Concurrency: of two that compete, one wins.
   */
  change(id: OrderId, change: OrderChange): Promise<boolean>

  /** Outcome: up to `limit` unpaid orders whose `expireDate` is at or before `now`, the longest overdue first. */
  listOverdue(now: EpochMs, limit: number): Promise<readonly Order[]>
}
