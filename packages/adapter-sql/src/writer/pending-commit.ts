import { LOCKED_SENTENCE, NOT_KNOWN_SENTENCE } from '../mysql/mysql-failure.js'
import type { RetryPolicy } from '../sql/retry-policy.js'
import { unavailable } from '../sql/store-errors.js'
import type { BatchItem } from './batcher.js'
import type { CommitOutcome, PreparedCommit } from './commit-plan.js'

/** A commit whose caller waits. */
export interface PendingCommit extends BatchItem {
  readonly commit: PreparedCommit
  /** It may have been done already: an answer was lost. A conflict is then looked into. */
  inDoubt: boolean
  lostAnswers: number
  /** It may wait for a row that somebody else has locked: it did before. */
  metLock: boolean
  readonly outcome: Promise<CommitOutcome>
  resolve(outcome: CommitOutcome): void
}

export function pendingCommit(commit: PreparedCommit, { scheduler, busyTimeoutMs }: RetryPolicy): PendingCommit {
  const { promise, resolve, reject } = Promise.withResolvers<CommitOutcome>()
  // A server that hangs may keep the batch, or those before it, for longer.
  const cancel = scheduler.schedule(busyTimeoutMs, () =>
    reject(unavailable(pending.tries > 0 || pending.metLock ? LOCKED_SENTENCE : NOT_KNOWN_SENTENCE)),
  )
  const pending: PendingCommit = {
    ...{ commit, keys: commit.keys, bytes: commit.bytes, deadline: performance.now() + busyTimeoutMs },
    ...{ tries: 0, inDoubt: false, lostAnswers: 0, metLock: false },
    ...{ outcome: promise.finally(cancel), resolve, reject },
  }
  return pending
}

/** What is settled needs no further try: each of these answers none. */
export function settle(batch: readonly PendingCommit[], outcome: CommitOutcome): [] {
  for (const { resolve } of batch) resolve(outcome)
  return []
}

export function reject(batch: readonly PendingCommit[], error: unknown): [] {
  for (const pending of batch) pending.reject(error)
  return []
}

export const isLate = ({ deadline }: PendingCommit) => performance.now() >= deadline
