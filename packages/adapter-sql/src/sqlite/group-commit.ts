import { AsyncLocalStorage } from 'node:async_hooks'
import type { Statement } from 'better-sqlite3'
import { type Patience, pause } from '../sql/patience.js'
import type { SqlSession } from '../sql/session.js'
import { nestedUnit } from '../sql/unit-misuse.js'
import type { Connection } from './connections.js'
import type { PreparedStatements } from './prepared-statements.js'
import { isBusy, toCheckoutError, unavailable } from './sqlite-errors.js'
import { UnitSession } from './unit-session.js'

/** Lives as long as a unit runs; whoever finds it around itself is inside. */
interface Surrounding {
  running: boolean
}

interface WaitingUnit {
  readonly work: (session: SqlSession, surrounding: Surrounding) => Promise<unknown>
  readonly deadline: number
  resolve(result: unknown): void
  reject(error: unknown): void
}

/** What a unit's caller is told, once its group is durable. */
type Answer = () => void

/** Bounds how long a group may keep the event loop: a unit takes some 0.1 ms. */
const LARGEST_GROUP = 64

/**
 * The one writer. Units that wait at the same time share a transaction, so that one fsync serves them all; each has its
 * savepoint, so that one that fails takes back only its own writes. Nobody is answered before the commit.
 */
export class GroupCommit {
  readonly #connection: Connection
  readonly #statements: PreparedStatements
  readonly #patience: Patience
  readonly #waiting: WaitingUnit[] = []
  readonly #surrounding = new AsyncLocalStorage<Surrounding>()
  readonly #transactionStatements = new Map<string, Statement<unknown[]>>()
  #draining: Promise<void> | null = null
  #closed = false

  constructor(connection: Connection, statements: PreparedStatements, patience: Patience) {
    this.#connection = connection
    this.#statements = statements
    this.#patience = patience
  }

  /** Outcome and errors: see core's `UnitOfWork`. */
  async run<Result>(work: (session: SqlSession) => Promise<Result>): Promise<Result> {
    if (this.#closed) throw unavailable('The database is closed.')
    const deadline = performance.now() + this.#patience.busyTimeoutMs
    // Bound, so that the work keeps its caller's context (a trace, a request id) though another's turn runs it.
    const bound = AsyncLocalStorage.bind((session: SqlSession, surrounding: Surrounding) =>
      this.#surrounding.run(surrounding, async () => work(session)),
    )
    return await new Promise<Result>((resolve, reject) => {
      const unit = { work: bound, deadline, resolve: (result: unknown) => resolve(result as Result), reject }
      this.#waiting.push(unit)
      this.#refuseWhenNested(unit)
      this.#draining ??= this.#drain()
    })
  }

  /**
   * A unit that waits for one begun inside it would wait for ever. Statements answer at once, so a unit that is still there
   * at the end of the turn waits for something else than its own stores.
   */
  #refuseWhenNested(unit: WaitingUnit): void {
    const surrounding = this.#surrounding.getStore()
    if (surrounding?.running !== true) return
    setImmediate(() => {
      const place = this.#waiting.indexOf(unit)
      if (!surrounding.running || place === -1) return
      this.#waiting.splice(place, 1)
      unit.reject(nestedUnit())
    })
  }

  /** Outcome: what was asked for before is done; every later call is refused. */
  async close(): Promise<void> {
    this.#closed = true
    await this.#draining
  }

  async #drain(): Promise<void> {
    try {
      while (this.#waiting.length > 0) {
        await endOfTurn()
        if (await this.#begin()) await this.#commitGroup(this.#waiting.splice(0, LARGEST_GROUP))
      }
    } finally {
      this.#draining = null
    }
  }

  /** Takes the write lock; false when nobody is left who waits for it. */
  async #begin(): Promise<boolean> {
    for (let round = 0; this.#waiting.length > 0; round += 1) {
      try {
        this.#execute('BEGIN IMMEDIATE')
        return true
      } catch (error) {
        this.#refuse(error, isBusy(error) ? performance.now() : Number.POSITIVE_INFINITY)
        await pause(this.#patience.scheduler, round)
      }
    }
    return false
  }

  /** Turns away those whose time has run out. The queue is in the order of their deadlines. */
  #refuse(error: unknown, now: number): void {
    const patient = this.#waiting.findIndex((unit) => unit.deadline > now)
    const late = this.#waiting.splice(0, patient === -1 ? this.#waiting.length : patient)
    for (const unit of late) unit.reject(toCheckoutError(error))
  }

  async #commitGroup(group: readonly WaitingUnit[]): Promise<void> {
    const answers: Answer[] = []
    try {
      for (const unit of group) answers.push(await this.#runUnit(unit))
      this.#execute('COMMIT')
    } catch (error) {
      // Also for a unit that failed by itself: what it saw may have been another's, and is not in the store.
      for (const unit of group) unit.reject(unavailable('The database could not commit.', error))
      this.#rollBack()
      return
    }
    for (const answer of answers) answer()
  }

  async #runUnit(unit: WaitingUnit): Promise<Answer> {
    const session = new UnitSession(this.#connection, this.#statements)
    const surrounding = { running: true }
    this.#execute('SAVEPOINT unit')
    try {
      const result = await unit.work(session, surrounding)
      this.#execute('RELEASE unit')
      return () => unit.resolve(result)
    } catch (error) {
      this.#execute('ROLLBACK TO unit')
      this.#execute('RELEASE unit')
      return () => unit.reject(error)
    } finally {
      session.end()
      surrounding.running = false
    }
  }

  #rollBack(): void {
    try {
      if (this.#connection.inTransaction) this.#execute('ROLLBACK')
    } catch {
      // Then the next BEGIN fails, and tells its callers so.
    }
  }

  #execute(sql: string): void {
    let prepared = this.#transactionStatements.get(sql)
    if (prepared === undefined) {
      prepared = this.#connection.prepare(sql)
      this.#transactionStatements.set(sql, prepared)
    }
    prepared.run()
  }
}

/** Whoever calls in the same turn of the event loop, or while I/O is read, joins the group. */
const endOfTurn = () => new Promise<void>((resolve) => setImmediate(resolve))
