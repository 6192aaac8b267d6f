import type { ReferenceClock } from '@coursepay/core/ports'
import type { OnMigrationProgress } from '../schema/migrations.js'
import type { AggregateMapping, CommitOutcome } from '../writer/aggregate-mapping.js'
import type { ReadSession, SqlSession } from './session.js'

/** Writes commits of one aggregate. Throws `store_unavailable`. */
export type Committer<Commit> = (commit: Commit) => Promise<CommitOutcome>

/** Reads and writes inside a transaction of somebody else, who ends it. */
export interface JoinedTransaction {
  readonly session: ReadSession
  committer<Commit>(mapping: AggregateMapping<Commit>): Committer<Commit>
}

/** A database of one kind: all that the stores, which are written once, need of it. */
export interface SqlEngine {
  readonly session: SqlSession
  /** Made once for each aggregate. */
  committer<Commit>(mapping: AggregateMapping<Commit>): Committer<Commit>
  /**
   * `transaction` is the host's handle. Calls throw `invalid_request` for what is none, and `state_conflict` for the
   * host to repeat it.
   */
  within(transaction: unknown): JoinedTransaction
  /** The database server's clock; null where there is no server. */
  readonly clock: ReferenceClock | null
  migrate(onProgress: OnMigrationProgress): Promise<void>
  /** How many transactions were run again after a conflict, since the opening. */
  conflictRetries(): number
  /** Outcome: what was asked for before is done, and nothing is left open. */
  close(): Promise<void>
}
