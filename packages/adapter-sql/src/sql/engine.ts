import type { OnMigrationProgress } from '../schema/migrations.js'
import type { CommitOutcome, CommitPlan } from '../writer/commit-plan.js'
import type { SqlSession } from './session.js'

/** Writes commits of one aggregate. Throws `store_unavailable`. */
export type Committer<Commit> = (commit: Commit) => Promise<CommitOutcome>

/** A database of one kind: all that the stores, which are written once, need of it. */
export interface SqlEngine {
  readonly session: SqlSession
  /** Made once for each aggregate. */
  committer<Commit>(plan: CommitPlan<Commit>): Committer<Commit>
  migrate(onProgress: OnMigrationProgress): Promise<void>
  /** How many transactions were run again after a conflict, since the opening. */
  conflictRetries(): number
  /** Outcome: what was asked for before is done, and nothing is left open. */
  close(): Promise<void>
}
