import { oldestFirst } from '../sql/oldest-first.js'
import { readId } from '../sql/row-values.js'
import { type Change, runEach, type SqlSession } from '../sql/session.js'
import type { Claim, Row, Statement, Values } from '../sql/statement.js'
import { endedUnit } from '../sql/unit-misuse.js'
import type { Answer } from './connection.js'
import { bound, claimStatements, idValues } from './dialect.js'
import { toCheckoutError } from './mysql-errors.js'
import { MysqlFailure } from './mysql-failure.js'
import type { RunningUnit } from './surroundings.js'
import type { UnitConnection } from './unit-connection.js'

export const rowsOf = (answer: Answer): readonly Row[] => ('affectedRows' in answer ? [] : answer)
export const changesOf = (answer: Answer): number => ('affectedRows' in answer ? answer.affectedRows : 0)

/** The session of one unit of work, on one connection with an open transaction. */
export class UnitSession implements SqlSession {
  readonly #connection: UnitConnection
  readonly #unit: RunningUnit
  #ended = false
  #failure: MysqlFailure | null = null

  constructor(connection: UnitConnection, unit: RunningUnit) {
    this.#connection = connection
    this.#unit = unit
  }

  /** Why the transaction is lost, though the work may not have cared. */
  get failure(): MysqlFailure | null {
    return this.#failure
  }

  end(): void {
    this.#ended = true
  }

  async run(statement: Statement, values: Values): Promise<number> {
    return changesOf(await this.#ask('change', statement, values))
  }

  async get(statement: Statement, values: Values): Promise<Row | undefined> {
    return (await this.all(statement, values))[0]
  }

  async all(statement: Statement, values: Values): Promise<readonly Row[]> {
    return rowsOf(await this.#ask('read', statement, values))
  }

  async claim(claim: Claim, values: Values): Promise<readonly Row[]> {
    const { find, take } = claimStatements(claim)
    await this.#translated(() => this.#connection.begin())
    const due = await this.all(find, { ...values, from: 0 })
    if (due.length === 0) return []
    const ids = idValues(due.map((row) => readId(row, 'id')))
    await this.run(take(ids.places), { ...values, ...ids.values })
    return due.map((row) => claim.claimed(row, values)).sort(oldestFirst)
  }

  runAll(changes: readonly Change[]): Promise<readonly number[]> {
    return runEach(this, changes)
  }

  async atomically<Result>(work: (session: SqlSession) => Promise<Result>): Promise<Result> {
    return work(this)
  }

  #ask(kind: 'read' | 'change', statement: Statement, values: Values): Promise<Answer> {
    return this.#translated(() => this.#connection.ask(kind, bound(statement, values)))
  }

  async #translated<Result>(call: () => Promise<Result>): Promise<Result> {
    if (this.#ended) throw endedUnit()
    // After a deadlock the server has begun a new transaction: what came now would be committed alone.
    if (this.#failure !== null) throw toCheckoutError(this.#failure)
    try {
      return await this.#unit.track(call())
    } catch (error) {
      if (error instanceof MysqlFailure && !error.isRefusedRow) this.#failure = error
      throw toCheckoutError(error)
    }
  }
}
