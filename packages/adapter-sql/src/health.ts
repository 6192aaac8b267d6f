import { CheckoutError, type Clock } from '@coursepay/core'
import type { Committer, SqlEngine } from './sql/engine.js'
import { insertIfAbsent, type SqlSession } from './sql/session.js'
import { sql } from './sql/sql.js'
import { querySlotsTable } from './sql/tables.js'
import type { AggregateMapping } from './writer/aggregate-mapping.js'

/** After so many writes that failed one after the other, the store is not ready. */
const MAX_FAILED_WRITES = 2
/** A write that is this young says how the next one will go; and a write of our own comes no sooner after another. */
const MAX_WRITE_AGE_MS = 1_000

/** Whether writes are durable now: what the last ones say, and otherwise a small one of its own. */
export class WriteHealth {
  readonly #session: SqlSession
  readonly #clock: Clock
  /** A row of this process: the number of a payment is above zero. The retention worker deletes it one day. */
  readonly #payNo = `-${Math.ceil(Math.random() * 2 ** 40)}`
  #failures = 0
  #lastFailure: unknown = null
  #writtenAt = Number.NEGATIVE_INFINITY
  #probedAt = Number.NEGATIVE_INFINITY
  #probe: Promise<void> | null = null

  constructor(session: SqlSession, clock: Clock) {
    this.#session = session
    this.#clock = clock
  }

  /** Resolves when writes are durable now. Throws `store_unavailable`. */
  async check(): Promise<void> {
    const now = performance.now()
    if (this.#failures > 0 || now - this.#writtenAt > MAX_WRITE_AGE_MS) {
      if (this.#probe === null && now - this.#probedAt >= MAX_WRITE_AGE_MS) this.#probe = this.#writeProbe()
      await this.#probe
    }
    if (this.#failures >= MAX_FAILED_WRITES) throw this.#lastFailure
  }

  /**
   * Outcome: what `write` returns, noted. A write that changed nothing, or was refused for what it says, tells nothing:
   * a database whose commits hang answers these.
   */
  async observe<Result>(write: Promise<Result>, hasChanged: (result: Result) => boolean): Promise<Result> {
    try {
      const result = await write
      if (hasChanged(result)) this.#succeed()
      return result
    } catch (error) {
      if (CheckoutError.isInstance(error) && error.code === 'store_unavailable') this.#fail(error)
      throw error
    }
  }

  #succeed(): void {
    this.#failures = 0
    this.#writtenAt = performance.now()
  }

  #fail(error: unknown): void {
    this.#failures += 1
    this.#lastFailure = error
  }

  async #writeProbe(): Promise<void> {
    const slot = { payNo: this.#payNo, nextAt: this.#clock.now() }
    try {
      const { query_slot } = this.#session.syntax.tables
      const touch = sql`UPDATE ${query_slot} SET next_at = ${slot.nextAt} WHERE pay_no = ${BigInt(slot.payNo)}`
      const isThere = (await this.#session.run(touch)) > 0
      if (!isThere) await insertIfAbsent(this.#session, querySlotsTable, slot)
      this.#succeed()
    } catch (error) {
      this.#fail(error)
    }
    this.#probedAt = performance.now()
    this.#probe = null
  }
}

/** An engine whose writes are noted. */
export function withWriteHealth(
  engine: SqlEngine,
  clock: Clock,
): { readonly engine: SqlEngine; readonly health: WriteHealth } {
  const { session } = engine
  const health = new WriteHealth(session, clock)
  const watched: SqlSession = {
    ...session,
    run: (change) => health.observe(session.run(change), (count) => count > 0),
    lockAndChange: (...change) => health.observe(session.lockAndChange(...change), (rows) => rows.length > 0),
  }
  function committer<Commit>(mapping: AggregateMapping<Commit>): Committer<Commit> {
    const commit = engine.committer(mapping)
    return (change) => health.observe(commit(change), (outcome) => outcome === 'committed')
  }
  return { engine: { ...engine, session: watched, committer }, health }
}
