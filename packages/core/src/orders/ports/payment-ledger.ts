import type { TimeSpan } from '../../shared/beijing-day.js'
import type { PayNo } from '../../shared/identifiers.js'
import type { EpochMs } from '../../shared/ports/clock.js'
import type { LedgerPayment, LedgerRefund } from '../domain/ledger.js'

/** Where a page ended; the next one begins right behind. */
export interface LedgerPosition {
  readonly at: EpochMs
  readonly id: string
}

/** How much of a list: `after` is null for its beginning. */
export interface LedgerPageRequest {
  readonly limit: number
  readonly after: LedgerPosition | null
}

/** `next` is null when the list ends here. */
export interface LedgerPage<Entry> {
  readonly entries: readonly Entry[]
  readonly next: LedgerPosition | null
}

/**
 * Our own ledger as a reconciliation reads it: money that came and money that went back. It only reads what is
 * committed, so that no method has a concern of concurrency or of a repeated call, beside this: an entry that changes
 * its time while pages are read may show up twice or not at all. Every method may fail with `store_unavailable`; the
 * caller begins again.
 */
export interface PaymentLedger {
  /**
   * Outcome: attempts whose money came within the span (`paySuccessTime`), the earliest first, whatever became of it.
   */
  paidWithin(span: TimeSpan, page: LedgerPageRequest): Promise<LedgerPage<LedgerPayment>>

  /** Outcome: refunds that succeeded within the span (`finishDate`), the earliest first. */
  refundedWithin(span: TimeSpan, page: LedgerPageRequest): Promise<LedgerPage<LedgerRefund>>

  /** Outcome: the attempts of these numbers, in any state and any order; a number that is not ours is left out. */
  paymentsOf(payNos: readonly PayNo[]): Promise<readonly LedgerPayment[]>

  /** Outcome: every refund of these attempts, in any state and any order. */
  refundsOf(payNos: readonly PayNo[]): Promise<readonly LedgerRefund[]>
}
