import type { EpochMs } from '../../shared/ports/clock.js'
import type { EvidenceSource } from '../domain/payment-evidence.js'

/** Proofs, and the gateway's answers to what we asked it to do. */
export type JournalSource = EvidenceSource | 'close' | 'refund' | 'refund_query'

/** One thing that came in, and what was made of it. */
export interface JournalEntry {
  /** Chosen by the caller; a unit of work that runs twice stores it once. */
  readonly id: string
  readonly source: JournalSource
  readonly receivedAt: EpochMs
  /** As the body names it: a claim of any length and any letters when the verdict is a rejection, so no key to anything. */
  readonly outTradeNo: string | null
  /** The bytes as they came; empty when no answer came. */
  readonly body: Uint8Array
  /** `booked`, `wrong_amount`, `bad_signature`, `no_trade`, `unknown: HTTP status 502` … */
  readonly verdict: string
}

/** Keeps every proof, good or bad, byte for byte with its verdict: the witness in a dispute. */
export interface EvidenceJournal {
  /** Outcome: stored, with the surrounding unit of work. Repeated call with one id: stored once. Errors: `store_unavailable`. */
  record(entry: JournalEntry): Promise<void>
  /** Outcome: all that came for one attempt, oldest first. */
  listOf(outTradeNo: string): Promise<readonly JournalEntry[]>
}
