import type { OrderId, OutBusinessId, PayNo, PayToken } from '../../shared/identifiers.js'
import type { OperatorAction } from '../../shared/operator-action.js'
import type { PayResultMessage } from '../../shared/pay-result-message.js'
import type { EpochMs } from '../../shared/ports/clock.js'
import type { OrderType } from '../../shared/status-codes.js'
import type { Order } from '../domain/order.js'
import type { JournalEntry } from './evidence-journal.js'
import type { ScheduleEntry } from './poll-schedule.js'

/** What names one order: its id, any of its payments, or the seller's id under an order type. */
export type OrderKey =
  | { readonly id: OrderId }
  | { readonly payNo: PayNo }
  | { readonly token: PayToken }
  | { readonly orderType: OrderType; readonly outBusinessId: OutBusinessId }

/** A transaction as data. Everything in it is stored, or nothing. */
export interface OrderCommit {
  /** As it was read; null for a new order. The store writes what differs in `after`, children by their identity. */
  readonly before: Order | null
  /**
   * The same object as `before` when the order does not change: then there is no guard. Else its `version` is one
   * higher.
   */
  readonly after: Order
  /** Appended to the outbox, due at once. */
  readonly messages: readonly PayResultMessage[]
  /** An entry whose id is stored already is left out. */
  readonly journal: readonly JournalEntry[]
  readonly actions: readonly OperatorAction[]
  /** Inserted into the schedule; an entry that is there already stays as it is. */
  readonly schedule: readonly ScheduleEntry[]
}

/**
 * Orders with their goods, payments and refunds (tables `xc_orders`, `xc_orders_goods`, `xc_pay_record`, `refund`).
 * Every method may fail with `store_unavailable`.
 */
export interface OrderRepository {
  /** Outcome: the whole aggregate as one commit left it, or null. Concurrency: it is never a mixture of two commits. */
  find(key: OrderKey): Promise<Order | null>

  /** Outcome: the orders of these ids, each as `find` reads it, in any sequence; unknown ids are left out. */
  findMany(ids: readonly OrderId[]): Promise<readonly Order[]>

  /**
   * Outcome: `committed` once everything is durable. `conflict` when the stored order is not at `before.version` any
   * more, or a new order's `orderType` and `outBusinessId`, or any new id, number or token, is taken; then nothing is
   * stored. Errors: `store_unavailable`: nothing is known of the outcome, unless the store can tell that nothing was
   * stored. Repeated call: `conflict`. Concurrency: of commits of one version one wins; commits of different orders
   * never wait for each other. Retry: `updateOrder` reads and decides again after a conflict; nobody else retries.
   */
  commit(commit: OrderCommit): Promise<'committed' | 'conflict'>

  /**
   * Outcome: ids of up to `limit` unpaid orders whose `expireDate` is at or before `now`, the longest overdue first.
   */
  listOverdue(now: EpochMs, limit: number): Promise<readonly OrderId[]>
}
