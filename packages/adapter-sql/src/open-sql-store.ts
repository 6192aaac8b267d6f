import type { OpenStore } from '@coursepay/core'
import type { Retention } from '@coursepay/core/ports'

/** An open database. Every method, and every method of its stores, may fail with `store_unavailable`. */
export interface OpenSqlStore extends OpenStore {
  readonly retention: Retention
  /**
   * The same stores, whose orders and choices are read and committed inside a transaction of the host: they stay or go
   * with the host's own rows. `transaction` is one of knex, or a connection of mysql2 or better-sqlite3 on which a
   * transaction was begun, to this database. Errors: `invalid_request` for anything else; `state_conflict` when the
   * host is to roll back and run it all again. Concurrency: the orders that were read are locked until the host ends
   * its transaction; on SQLite every other write waits for it, also that of a worker number, which `ids` leases before
   * its first id.
   */
  within(transaction: unknown): Pick<OpenStore, 'orderStore' | 'learningStore'>
  /** How many transactions were run again after a conflict (deadlock, lock wait) since the opening: for the metrics. */
  conflictRetries(): number
}
