import type { OnMigrationProgress } from '../schema/migrations.js'
import type { SqlSession } from './session.js'

/** A database of one kind: all that the stores, which are written once, need of it. */
export interface SqlEngine {
  /** Outside of a unit of work; `atomically` begins one. */
  readonly session: SqlSession
  migrate(onProgress: OnMigrationProgress): Promise<void>
  /** How many units were run again after a conflict, since the opening. */
  conflictRetries(): number
  /** Outcome: what was asked for before is done, and nothing is left open. */
  close(): Promise<void>
}
