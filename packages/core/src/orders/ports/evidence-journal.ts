import type { EpochMs } from '../../shared/ports/clock.js'
import type { EvidenceSource } from '../domain/payment-evidence.js'

/** Proofs, the gateway's answers to our calls, and `closed`: we closed the payment. */
export type JournalSource = EvidenceSource | 'close' | 'refund' | 'refund_query' | 'closed'

/** One piece of evidence, or one act of ours without an answer of the gateway, and its verdict. */
export interface JournalEntry {
  /** A snowflake, drawn by the caller; a commit that is repeated stores it once. */
  readonly id: string
  readonly source: JournalSource
  readonly receivedAt: EpochMs
  /**
   * As the body names it: a claim of any length and any letters when the verdict is a rejection, so no key to anything.
   */
  readonly outTradeNo: string | null
  /** The bytes as they came; empty when no answer came. */
  readonly body: Uint8Array
  /** `booked`, `wrong_amount`, `bad_signature`, `no_trade`, `unknown: HTTP status 502` … */
  readonly verdict: string
}

/**
 * Keeps proofs, good and bad, with their verdicts: the witness in a dispute (table `evidence_journal`). A commit of an
 * order writes its own entries; `Retention` deletes old ones. Every method may fail with `store_unavailable`.
 */
export interface EvidenceJournal {
  /** Outcome: stored, for what changes no order. Repeated call with one id: stored once. */
  append(entry: JournalEntry): Promise<void>

  /** Outcome: all that came for one payment, oldest first. */
  listOf(outTradeNo: string): Promise<readonly JournalEntry[]>
}
