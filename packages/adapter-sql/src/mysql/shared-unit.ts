import type { SqlSession } from '../sql/session.js'
import type { Claim, Row, Statement, Values } from '../sql/statement.js'
import { endedUnit } from '../sql/unit-misuse.js'
import { type BoundStatement, bound } from './dialect.js'
import type { MergedChanges } from './merged-changes.js'
import { toCheckoutError } from './mysql-errors.js'
import { MysqlFailure } from './mysql-failure.js'
import type { Reads } from './reads.js'
import type { RunningUnit } from './surroundings.js'
import { changesOf, rowsOf } from './unit-session.js'

/** Said to work that goes on where it had promised not to: it is run again, with a transaction of its own. */
class GoesOn extends Error {}

interface Asked {
  readonly statement: BoundStatement
  resolve(changed: number): void
  reject(error: unknown): void
}

/** The session of a unit that reads first and then asks for all of its changes in one turn, which wait here until they are sent. */
export class SharedUnit implements SqlSession {
  readonly #reads: Reads
  readonly #unit: RunningUnit
  readonly #changes: Asked[] = []
  readonly #asked = Promise.withResolvers<void>()
  #sent = false
  #ended: 'well' | 'badly' | null = null
  #goesOn = false
  #conflict = false
  #lost = false

  constructor(reads: Reads, unit: RunningUnit) {
    this.#reads = reads
    this.#unit = unit
  }

  /** Resolves at the end of the turn in which the work asked for its first change. */
  get asked(): Promise<void> {
    return this.#asked.promise
  }

  /** The work asked for something behind its changes. */
  get goesOn(): boolean {
    return this.#goesOn
  }

  /** A change of it, or of another unit beside it, met a deadlock or waited too long. */
  get conflict(): boolean {
    return this.#conflict
  }

  /** The work is over and may be committed as it is: the server took all of its changes, whatever the work made of that. */
  get isDone(): boolean {
    return this.#ended === 'well' && !this.#goesOn && !this.#lost
  }

  /** There is something to commit, unless the work failed by itself before. */
  get wantsToCommit(): boolean {
    return this.#changes.length > 0 && this.#ended !== 'badly'
  }

  end(how: 'well' | 'badly'): void {
    this.#ended = how
  }

  /** Hands the changes over. */
  send(changes: MergedChanges): void {
    this.#sent = true
    for (const { statement, resolve, reject } of this.#changes) {
      changes.ask(statement).then(
        (answer) => resolve(changesOf(answer)),
        (error) => {
          this.#lost ||= !(error instanceof MysqlFailure && error.isRefusedRow)
          this.#conflict ||= error instanceof MysqlFailure && error.isConflict
          reject(toCheckoutError(error))
        },
      )
    }
  }

  /** Outcome: what the work waits for comes to nothing. */
  refuse(error: unknown = this.#leave()): void {
    for (const { reject } of this.#changes) reject(error)
  }

  run(statement: Statement, values: Values): Promise<number> {
    return this.#inUnit(async () => {
      if (this.#sent) throw this.#leave()
      const change = { ...Promise.withResolvers<number>(), statement: bound(statement, values) }
      if (this.#changes.length === 0) process.nextTick(() => this.#asked.resolve())
      this.#changes.push(change)
      return await change.promise
    })
  }

  async get(statement: Statement, values: Values): Promise<Row | undefined> {
    return (await this.all(statement, values))[0]
  }

  all(statement: Statement, values: Values): Promise<readonly Row[]> {
    return this.#inUnit(async () => {
      if (this.#changes.length > 0) throw this.#leave()
      try {
        return rowsOf(await this.#reads.read(statement, values))
      } catch (error) {
        throw toCheckoutError(error)
      }
    })
  }

  claim(_claim: Claim, _values: Values): Promise<readonly Row[]> {
    return this.#inUnit(() => Promise.reject(this.#leave()))
  }

  async atomically<Result>(work: (session: SqlSession) => Promise<Result>): Promise<Result> {
    return work(this)
  }

  #leave(): Error {
    this.#goesOn = true
    return new GoesOn('This unit of work asks for more behind its changes.')
  }

  async #inUnit<Result>(call: () => Promise<Result>): Promise<Result> {
    if (this.#ended !== null) throw endedUnit()
    return await this.#unit.track(call())
  }
}
