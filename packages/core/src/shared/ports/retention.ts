import type { EpochMs } from './clock.js'

/**
 * What is kept for a time only: proofs, dead letters, the throttle of queries, and consumers' notes of the messages
 * that they handled. A note must outlive every repetition of its message.
 */
export type RetainedKind = 'evidence' | 'dead_letter' | 'query_slot' | 'handled_message'

/** Deletes what is older than its time, in batches so small that nobody waits for one. */
export interface Retention {
  /**
   * Outcome: up to `limit` rows of a kind from before `before` are gone, the oldest first; how many. Fewer than `limit`
   * means that none is left. Errors: `store_unavailable`. Concurrency: safe; rows that another caller deletes are not
   * counted twice.
   */
  deleteBefore(kind: RetainedKind, before: EpochMs, limit: number): Promise<number>
}
