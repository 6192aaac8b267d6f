import { type Change, runEach, type SqlSession } from '../sql/session.js'
import type { Claim, Row, Statement, Values } from '../sql/statement.js'
import { endedUnit } from '../sql/unit-misuse.js'
import type { Connection } from './connections.js'
import type { PreparedStatements } from './prepared-statements.js'
import { toCheckoutError, unavailable } from './sqlite-errors.js'

/** The session of one unit of work. It ends with the unit: a store kept longer would write into someone else's. */
export class UnitSession implements SqlSession {
  readonly #connection: Connection
  readonly #statements: PreparedStatements
  #ended = false

  constructor(connection: Connection, statements: PreparedStatements) {
    this.#connection = connection
    this.#statements = statements
  }

  end(): void {
    this.#ended = true
  }

  async run(statement: Statement, values: Values): Promise<number> {
    return this.#attempt(() => this.#statements.run(statement, values))
  }

  async get(statement: Statement, values: Values): Promise<Row | undefined> {
    return this.#attempt(() => this.#statements.get(statement, values))
  }

  async all(statement: Statement, values: Values): Promise<readonly Row[]> {
    return this.#attempt(() => this.#statements.all(statement, values))
  }

  async claim(claim: Claim, values: Values): Promise<readonly Row[]> {
    return this.#attempt(() => this.#statements.claim(claim, values))
  }

  runAll(changes: readonly Change[]): Promise<readonly number[]> {
    return runEach(this, changes)
  }

  async atomically<Result>(work: (session: SqlSession) => Promise<Result>): Promise<Result> {
    return work(this)
  }

  #attempt<Result>(task: () => Result): Result {
    if (this.#ended) throw endedUnit()
    // A full disk or an I/O error makes SQLite roll back by itself; what came after would be committed alone.
    if (!this.#connection.inTransaction) throw unavailable('The database gave up the transaction.')
    try {
      return task()
    } catch (error) {
      throw toCheckoutError(error)
    }
  }
}
