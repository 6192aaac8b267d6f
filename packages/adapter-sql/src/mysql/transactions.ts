import { type Patience, pause } from '../sql/patience.js'
import type { SqlSession } from '../sql/session.js'
import type { MysqlConnection } from './connection.js'
import type { ConnectionPool } from './connection-pool.js'
import { toCheckoutError, unavailable } from './mysql-errors.js'
import { MysqlFailure } from './mysql-failure.js'
import { RunningUnit, type Surroundings } from './surroundings.js'
import { UnitConnection } from './unit-connection.js'
import { UnitSession } from './unit-session.js'

/** Runs units of work, each on one connection, and anew as a whole after a conflict. */
export class Transactions {
  readonly #pool: ConnectionPool
  readonly #patience: Patience
  readonly #surroundings: Surroundings
  #conflictRetries = 0

  constructor(pool: ConnectionPool, patience: Patience, surroundings: Surroundings) {
    this.#pool = pool
    this.#patience = patience
    this.#surroundings = surroundings
  }

  get conflictRetries(): number {
    return this.#conflictRetries
  }

  /** One more unit that runs anew. */
  countConflict(): void {
    this.#conflictRetries += 1
  }

  /** Outcome and errors: see core's `UnitOfWork`. */
  run<Result>(work: (session: SqlSession) => Promise<Result>): Promise<Result> {
    return this.whileInConflict((connection) => this.#transact(connection, work))
  }

  /** Runs something that the server undoes as a whole when it conflicts. Throws what `task` throws, or `CheckoutError`s. */
  async whileInConflict<Result>(task: (connection: MysqlConnection) => Promise<Result>): Promise<Result> {
    await this.#surroundings.left()
    const deadline = performance.now() + this.#patience.busyTimeoutMs
    for (let round = 0; ; round += 1) {
      try {
        return await this.#pool.use(task)
      } catch (error) {
        if (!(error instanceof MysqlFailure)) throw error
        if (!error.isConflict || performance.now() >= deadline) throw toCheckoutError(error)
      }
      this.countConflict()
      await pause(this.#patience.scheduler, round)
    }
  }

  async #transact<Result>(
    connection: MysqlConnection,
    work: (session: SqlSession) => Promise<Result>,
  ): Promise<Result> {
    const unit = new RunningUnit()
    const transaction = new UnitConnection(connection)
    const session = new UnitSession(transaction, unit)
    try {
      const result = await this.#surroundings.within(unit, () => work(session))
      session.end()
      await transaction.settled()
      if (session.failure !== null) throw session.failure
      if (transaction.begun) await unit.track(commit(connection))
      return result
    } catch (error) {
      session.end()
      await transaction.settled()
      if (transaction.begun) await unit.track(rollBack(connection))
      // A conflict is worth another try, whatever the work made of it.
      throw session.failure?.isConflict ? session.failure : error
    } finally {
      unit.end()
    }
  }
}

/** An answer that did not come may have been "done": to run the work again could do it twice. */
export async function commit(connection: MysqlConnection): Promise<void> {
  try {
    await connection.command('COMMIT')
  } catch (error) {
    if (error instanceof MysqlFailure && error.errno === 0) {
      throw unavailable('It is not known whether the database has committed.', error)
    }
    throw error
  }
}

/** A connection that cannot roll back is thrown away, and the server rolls back. */
export async function rollBack(connection: MysqlConnection): Promise<void> {
  await connection.command('ROLLBACK').catch(() => connection.destroy())
}
