import type { OrderId, RefundId } from '../../shared/identifiers.js'
import type { EpochMs } from '../../shared/ports/clock.js'
import type { Refund, RefundStatus } from '../domain/refund.js'

/** What became of a wish to refund. `known`: this attempt has a refund of this number, which stays as it is. */
export type RefundOpening = 'opened' | 'known' | 'too_much'

/**
 * Refunds (table `refund`). It keeps the one promise that matters: all refunds of an attempt that did not fail are never more than
 * was paid. Every method may fail with `store_unavailable`.
 */
export interface RefundRepository {
  /**
   * Outcome: `opened`: stored, due after `leaseMs` (default: at once), so that who asks the gateway himself is alone with it that
   * long; `too_much`: with the others it would be more than the attempt's amount, and nothing is stored. Repeated call with the same
   * attempt and `outRequestNo`: `known`. Concurrency: one of many callers stores it, and of many different ones only as many as fit.
   */
  open(refund: Refund, leaseMs?: number): Promise<RefundOpening>

  /** Outcome: every refund of an order, oldest first. */
  listOf(orderId: OrderId): Promise<readonly Refund[]>

  /**
   * Outcome: up to `limit` pending refunds that are due, each put off by `leaseMs` from now, so that no second worker asks at
   * the same time. Concurrency: no refund is handed to two callers within a lease.
   */
  claimDue(limit: number, leaseMs: number): Promise<readonly Refund[]>

  /**
   * Outcome: true when it was pending and now has this end; a failed one makes room for others. False when it was not pending.
   * Repeated call: false.
   */
  finish(id: RefundId, end: Exclude<RefundStatus, 'pending'>, at: EpochMs): Promise<boolean>

  /**
   * Outcome: true when it had failed, still fits, and is pending again under the same number, due after `leaseMs` (default: at
   * once); false when not. Repeated call: false.
   */
  reopen(id: RefundId, leaseMs?: number): Promise<boolean>
}
