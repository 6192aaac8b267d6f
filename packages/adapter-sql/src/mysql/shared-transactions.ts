import type { SqlSession } from '../sql/session.js'
import type { MysqlConnection } from './connection.js'
import type { ConnectionPool } from './connection-pool.js'
import { Lanes } from './lanes.js'
import { MergedChanges } from './merged-changes.js'
import { toCheckoutError } from './mysql-errors.js'
import { MysqlFailure } from './mysql-failure.js'
import type { Reads } from './reads.js'
import { SharedUnit } from './shared-unit.js'
import { RunningUnit, type Surroundings } from './surroundings.js'
import { commit, rollBack, type Transactions } from './transactions.js'
import { UnitConnection } from './unit-connection.js'

interface Waiting {
  readonly unit: SharedUnit
  /** True: its changes are committed. False: nothing of it is. */
  resolve(committed: boolean): void
  reject(error: unknown): void
}

interface Parts {
  readonly pool: ConnectionPool
  readonly reads: Reads
  readonly surroundings: Surroundings
  /** Where a unit runs that cannot be shared. */
  readonly alone: Transactions
}

/**
 * Units that ask for all their changes in one turn, and for nothing behind them (core's `changesLast`), committed together: one packet holds the
 * changes of all, one COMMIT makes them durable, and nobody is answered before.
 *
 * No unit reads behind its changes, and each change is a new row or says how it must find the old one: so the units run one after the other as
 * far as the rows are concerned, and their row counts decide as always. When one of them throws, goes on, or the server refuses
 * anything, all of it is taken back, and each unit runs anew with a transaction of its own.
 */
export class SharedTransactions {
  readonly #parts: Parts
  /** A unit that waits for a lock holds up its own lane only. */
  readonly #groups = new Lanes<Waiting>({ lanes: 2, largestGroup: 32, work: (group) => this.#runGroup(group) })

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** Outcome and errors: see core's `UnitOfWork`. */
  async run<Result>(work: (session: SqlSession) => Promise<Result>): Promise<Result> {
    const { reads, surroundings, alone } = this.#parts
    await surroundings.left()
    const running = new RunningUnit()
    const unit = new SharedUnit(reads, running)
    const result = surroundings.within(running, () => work(unit))
    const ended = result.then(
      () => unit.end('well'),
      () => unit.end('badly'),
    )
    try {
      await Promise.race([unit.asked, ended])
      if (!unit.goesOn) {
        if (!unit.wantsToCommit) return await result
        if (await running.track(this.#join(unit))) return await result
      }
      unit.refuse()
      await ended
    } finally {
      running.end()
    }
    return alone.run(work)
  }

  /** False when the unit has to run anew. */
  async #join(unit: SharedUnit): Promise<boolean> {
    const group = Promise.withResolvers<boolean>()
    this.#groups.add({ ...group, unit })
    try {
      return await group.promise
    } catch (error) {
      unit.refuse(error)
      throw error
    }
  }

  async #runGroup(group: readonly Waiting[]): Promise<void> {
    try {
      const units = group.map(({ unit }) => unit)
      const committed = await this.#parts.pool.use((connection) => this.#transact(connection, units))
      for (const { resolve } of group) resolve(committed)
    } catch (error) {
      for (const { reject } of group) reject(toCheckoutError(error))
    }
  }

  async #transact(connection: MysqlConnection, units: readonly SharedUnit[]): Promise<boolean> {
    const transaction = new UnitConnection(connection)
    const changes = new MergedChanges(transaction)
    for (const unit of units) unit.send(changes)
    changes.send()
    await transaction.settled()
    await endOfTurn()
    const mayCommit = units.every(({ isDone }) => isDone)
    if (mayCommit && (await isCommitted(connection))) return true
    if (mayCommit || units.some(({ conflict }) => conflict)) this.#parts.alone.countConflict()
    if (transaction.begun) await rollBack(connection)
    return false
  }
}

/** False when the server undid it all for a conflict. Throws after anything else: a COMMIT that is interrupted at its end may be done. */
async function isCommitted(connection: MysqlConnection): Promise<boolean> {
  try {
    await commit(connection)
    return true
  } catch (error) {
    if (error instanceof MysqlFailure && error.isConflict) return false
    throw error
  }
}

/** By then a unit that only had to look at its row counts is over. */
const endOfTurn = () => new Promise<void>((resolve) => setImmediate(resolve))
