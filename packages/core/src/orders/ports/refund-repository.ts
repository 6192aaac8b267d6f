import type { OrderId, RefundId } from '../../shared/identifiers.js'
import type { EpochMs } from '../../shared/ports/clock.js'
import type { Refund, RefundStatus } from '../domain/refund.js'

/** Refunds (table `refund`). Every method may fail with `store_unavailable`. */
export interface RefundRepository {
  /**
   * Outcome: stored, due at once. Repeated call with the same attempt and `outRequestNo`: stored once, the first one stays.
   * Concurrency: one of many callers stores it.
   */
  open(refund: Refund): Promise<void>

  /** Outcome: every refund of an order, oldest first. */
  listOf(orderId: OrderId): Promise<readonly Refund[]>

  /**
   * Outcome: up to `limit` pending refunds that are due, each put off by `leaseMs` from now, so that no second worker asks at
   * the same time. Concurrency: no refund is handed to two callers within a lease.
   */
  claimDue(limit: number, leaseMs: number): Promise<readonly Refund[]>

  /** Outcome: true when it was pending and now has this end; false when not. Repeated call: false. */
  finish(id: RefundId, end: Exclude<RefundStatus, 'pending'>, at: EpochMs): Promise<boolean>
}
