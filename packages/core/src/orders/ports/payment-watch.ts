import type { PayNo } from '../../shared/identifiers.js'
import type { EpochMs } from '../../shared/ports/clock.js'
import type { PayRecord } from '../domain/pay-record.js'

/** An attempt that the poller is to ask about, and when that was due. */
export interface DueAttempt {
  readonly payRecord: PayRecord
  readonly pollAt: EpochMs
}

/**
 * Which attempts the poller asks the gateway about, and when: those whose page was opened, since no other can be paid. One that is
 * paid or refunded is watched no longer; one that was closed here is, until its own time is over, since a page that is out may still be
 * paid. Every method may fail with `store_unavailable`.
 */
export interface PaymentWatch {
  /**
   * Outcome: the attempt is watched, first at `at`. Repeated call: the first one stays, while it is watched. Quiet for one that is
   * not unpaid or not there. Concurrency: of a call and a payment at one moment, the payment wins, and nothing is watched.
   */
  begin(payNo: PayNo, at: EpochMs): Promise<void>

  /** Outcome: up to `limit` watched attempts that are due at `now`, the longest due first. */
  listDue(now: EpochMs, limit: number): Promise<readonly DueAttempt[]>

  /**
   * Outcome: true for the one caller who moved the attempt from `from` to `to` (null: it is watched no longer), and may ask now.
   * Concurrency: of many callers with one `from`, one gets true.
   */
  move(payNo: PayNo, from: EpochMs, to: EpochMs | null): Promise<boolean>
}
