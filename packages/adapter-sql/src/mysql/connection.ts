import type { Scheduler } from '@coursepay/core'
import type { PoolConnection, QueryError } from 'mysql2'
import type { Row } from '../sql/statement.js'
import type { BoundStatement } from './dialect.js'
import { toDriverValue } from './driver-values.js'
import { MysqlFailure, ownCodes, toMysqlFailure } from './mysql-failure.js'
import { writtenOut } from './written-out.js'

/** What a statement answers: rows, or the number of rows it matched. */
export type Answer = readonly Row[] | { readonly affectedRows: number }

export interface ChangesTogether {
  readonly answers: readonly Answer[]
  /** Of the change behind the last answer. */
  readonly failure: MysqlFailure | null
}

/** Without it the driver reads the whole text for places of values. */
const AS_IT_IS = null

type Callback = (error: QueryError | null, answer: unknown) => void

export interface ConnectionSettings {
  readonly scheduler: Scheduler
  readonly answerTimeoutMs: number
  /** Closes the connection's socket at once. */
  readonly cut: (driver: PoolConnection) => void
}

/** One connection, lent by the pool for one unit or one statement. Throws `MysqlFailure`s only. */
export class MysqlConnection {
  readonly #driver: PoolConnection
  readonly #settings: ConnectionSettings

  constructor(driver: PoolConnection, settings: ConnectionSettings) {
    this.#driver = driver
    this.#settings = settings
  }

  /** Runs a prepared statement (prepared when this connection first sees it). */
  execute({ sql, values }: BoundStatement): Promise<Answer> {
    return this.#ask<Answer>((callback) => this.#driver.execute(sql, values.map(toDriverValue), callback))
  }

  /** Runs reads in one packet; answers the rows of each. */
  async read(reads: readonly BoundStatement[]): Promise<readonly Answer[]> {
    const [only, ...others] = reads
    if (only !== undefined && others.length === 0) return [await this.execute(only)]
    return await this.#ask<readonly Answer[]>((callback) => this.#driver.query(together(reads), AS_IT_IS, callback))
  }

  /** Runs changes in one packet. The server stops at the first that fails: the answers of those before it are there too. */
  async changeTogether(changes: readonly BoundStatement[]): Promise<ChangesTogether> {
    const answers: Answer[] = []
    try {
      await this.#ask((callback) => {
        this.#driver
          .query(together(changes), AS_IT_IS, callback)
          .on('result', (answer) => answers.push(answer as Answer))
      })
      return { answers, failure: null }
    } catch (error) {
      return { answers, failure: toMysqlFailure(error) }
    }
  }

  /** Runs a statement without values, such as COMMIT. */
  async command(sql: string): Promise<void> {
    await this.#ask((callback) => this.#driver.query(sql, AS_IT_IS, callback))
  }

  /** Outcome: the connection is gone, and the pool makes room for another. */
  destroy(): void {
    this.#driver.destroy()
    this.#settings.cut(this.#driver)
  }

  async #ask<Result>(send: (callback: Callback) => void): Promise<Result> {
    try {
      return await this.#answerOf<Result>(send)
    } catch (error) {
      const failure = toMysqlFailure(error)
      if (!failure.leavesConnectionUsable) this.destroy()
      throw failure
    }
  }

  /** mysql2's own time-out covers neither the preparing nor the socket. */
  #answerOf<Result>(send: (callback: Callback) => void): Promise<Result> {
    const { scheduler, answerTimeoutMs } = this.#settings
    return new Promise((resolve, reject) => {
      const giveUp = scheduler.schedule(answerTimeoutMs, () => reject(new MysqlFailure(ownCodes.noAnswer)))
      send((error, answer) => {
        giveUp()
        if (error === null || error === undefined) resolve(answer as Result)
        else reject(error)
      })
    })
  }
}

const together = (statements: readonly BoundStatement[]): string =>
  statements.map(({ sql, values }) => writtenOut(sql, values)).join(';')
