import { type CommitOutcome, estimatedCommitBytes, type MappedCommit } from './aggregate-mapping.js'
import type { BatchItem } from './batcher.js'

/** A commit, and what came of its tries. */
export interface CommitTask extends Pick<MappedCommit, 'keys'> {
  readonly bytes: number
  readonly commit: MappedCommit
  /** It may have been done already: an answer was lost. A conflict is then looked into. */
  inDoubt: boolean
  lostAnswers: number
  /** It may wait for a row that somebody else has locked: it did before. */
  waitedForLock: boolean
}

/** A commit whose caller waits. */
export type PendingCommit = BatchItem<CommitTask, CommitOutcome>

export const newCommitTask = (commit: MappedCommit): CommitTask => ({
  ...{ commit, keys: commit.keys, bytes: estimatedCommitBytes(commit) },
  ...{ inDoubt: false, lostAnswers: 0, waitedForLock: false },
})

/** What is settled needs no further try: each of these answers none. */
export function resolveBatch(batch: readonly PendingCommit[], outcome: CommitOutcome): [] {
  for (const { resolve } of batch) resolve(outcome)
  return []
}

export function rejectBatch(batch: readonly PendingCommit[], error: unknown): [] {
  for (const pending of batch) pending.reject(error)
  return []
}

export const isPastDeadline = ({ deadline }: PendingCommit) => performance.now() >= deadline

/** It goes back behind those that have not waited: from now on it counts among what may wait for locks. */
export function markWaitedForLock(batch: readonly PendingCommit[]): readonly PendingCommit[] {
  for (const pending of batch) pending.waitedForLock = true
  return batch
}
