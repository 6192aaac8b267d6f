import type { Scheduler } from '@coursepay/core/ports'
import type { PoolConnection } from 'mysql2'
import { type Query, type Row, type Sql, sql } from '../sql/sql.js'
import { inlineValues } from './driver-values.js'
import { leavesConnectionUsable, MysqlFailure, ownFailureCodes, toMysqlFailure } from './mysql-failure.js'

/** What a statement answers: rows, or the number of rows it matched. */
export type StatementAnswer = readonly Row[] | { readonly affectedRows: number }

export const rowsOf = (answer: StatementAnswer): readonly Row[] => ('affectedRows' in answer ? [] : answer)
export const affectedRowsOf = (answer: StatementAnswer): number => ('affectedRows' in answer ? answer.affectedRows : 0)

/** Without it the driver reads the whole text for places of values. */
const SKIP_PLACEHOLDER_SCAN = null

export interface MysqlConnectionOptions {
  readonly scheduler: Scheduler
  readonly answerTimeoutMs: number
  /** For a packet that commits: a connection that hangs may hold locks. */
  readonly commitTimeoutMs: number
  /** The server is a node of a cluster that may undo what it has answered. */
  readonly mayLoseCommits: () => boolean
  /** Closes the connection's socket at once. */
  readonly closeSocket: (driver: PoolConnection) => void
}

/** One connection, lent by the pool. Throws `MysqlFailure`s only. */
export class MysqlConnection {
  readonly #driver: PoolConnection
  readonly #settings: MysqlConnectionOptions

  constructor(driver: PoolConnection, settings: MysqlConnectionOptions) {
    this.#driver = driver
    this.#settings = settings
  }

  get mayLoseCommits(): boolean {
    return this.#settings.mayLoseCommits()
  }

  /**
   * A node of Galera may undo a transaction between two statements of a packet and say nothing; the rest would then
   * commit alone. Where the savepoint is gone, the server stops before the COMMIT, and without autocommit a rest that
   * never reaches it is rolled back.
   */
  get beginStatements(): readonly Sql[] {
    return this.mayLoseCommits
      ? [sql`SET autocommit = 0`, sql`START TRANSACTION`, sql`SAVEPOINT whole`]
      : [sql`START TRANSACTION`]
  }

  get commitStatements(): readonly Sql[] {
    return this.mayLoseCommits ? [sql`RELEASE SAVEPOINT whole`, sql`COMMIT`, sql`SET autocommit = 1`] : [sql`COMMIT`]
  }

  /**
   * Runs statements in one packet, as text: to read the rows of a prepared one takes twice the time, more than the
   * server saves. The server stops at the first that fails. `holdsLocks`: the transaction may hold locks, so that the
   * limit of a commit counts.
   */
  async change(
    statements: readonly Query[],
    { holdsLocks = false }: { readonly holdsLocks?: boolean } = {},
  ): Promise<readonly StatementAnswer[]> {
    const { commitTimeoutMs, answerTimeoutMs } = this.#settings
    try {
      const text = statements.map(inlineValues).join(';')
      const answer = await this.#send(text, holdsLocks ? commitTimeoutMs : answerTimeoutMs)
      return (statements.length === 1 ? [answer] : answer) as readonly StatementAnswer[]
    } catch (error) {
      const failure = toMysqlFailure(error)
      if (!leavesConnectionUsable(failure)) this.destroy()
      throw failure
    }
  }

  /** The same for statements that read: the rows of each. */
  async query(...change: Parameters<MysqlConnection['change']>): Promise<readonly (readonly Row[])[]> {
    return (await this.change(...change)).map(rowsOf)
  }

  /** For a packet of a transaction, which a statement that fails leaves open. */
  async changeOrRollBack(...change: Parameters<MysqlConnection['change']>): Promise<readonly StatementAnswer[]> {
    try {
      return await this.change(...change)
    } catch (error) {
      await this.rollBack()
      throw error
    }
  }

  /** A connection that cannot roll back is thrown away, and the server rolls back. */
  async rollBack(): Promise<void> {
    const statements = this.mayLoseCommits ? [sql`ROLLBACK`, sql`SET autocommit = 1`] : [sql`ROLLBACK`]
    await this.change(statements, { holdsLocks: true }).catch(() => this.destroy())
  }

  /** Outcome: the connection is gone, and the pool makes room for another. */
  destroy(): void {
    this.#driver.destroy()
    this.#settings.closeSocket(this.#driver)
  }

  /** mysql2's own time-out covers neither the preparing nor the socket. */
  #send(text: string, timeoutMs: number): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const cancelTimeout = this.#settings.scheduler.schedule(timeoutMs, () =>
        reject(new MysqlFailure(ownFailureCodes.noAnswer)),
      )
      this.#driver.query(text, SKIP_PLACEHOLDER_SCAN, (error, answer) => {
        cancelTimeout()
        if (error) reject(error)
        else resolve(answer)
      })
    })
  }
}
