import { randomUUID } from 'node:crypto'
import { CheckoutError, type IdGenerator, type Scheduler } from '@coursepay/core'
import type { SqlSession } from '../sql/session.js'
import { type SnowflakeSource, snowflakeSource } from './snowflake.js'
import { extendWindow, giveWindowBack, takeWindow, type WorkerWindow } from './worker-window.js'

export interface IdGeneratorOptions {
  readonly session: SqlSession
  readonly scheduler: Scheduler
  /** How far ahead a worker number is reserved, and for how long it is lost after a crash. */
  readonly windowMs?: number
  /** A clock that stepped back by no more than this is waited for. */
  readonly maxWaitMs?: number
}

/** A window in use. */
interface Holding {
  readonly window: WorkerWindow
  readonly source: SnowflakeSource
}

/** Snowflakes under a worker number that is leased from the database, in windows of time. */
export class LeasedIdGenerator implements IdGenerator {
  readonly #session: SqlSession
  readonly #scheduler: Scheduler
  readonly #windowMs: number
  readonly #maxWaitMs: number
  readonly #token = randomUUID()
  #holding: Holding | null = null
  #renewing: Promise<Holding> | null = null
  /** The time inside the last id; the next one's is never before. */
  #lastTime = 0

  constructor({ session, scheduler, windowMs = 30_000, maxWaitMs = 500 }: IdGeneratorOptions) {
    this.#session = session
    this.#scheduler = scheduler
    this.#windowMs = windowMs
    this.#maxWaitMs = maxWaitMs
  }

  async nextId(): Promise<string> {
    for (let waited = 0; ; ) {
      const holding = this.#current() ?? (await this.#renew())
      const id = this.#take(holding)
      if (id !== null) return id
      waited += await this.#waitForClock(holding, waited)
    }
  }

  /** Outcome: the worker number is free for another process. */
  async close(): Promise<void> {
    await this.#renewing?.catch(() => null)
    const holding = this.#holding
    this.#holding = null
    if (holding === null) return
    const { window } = holding
    await giveWindowBack(this.#session, window, Math.max(window.from, this.#lastTime + 1))
  }

  /** The window, while the clock is inside it. Renewed ahead of its end, so that no id has to wait for the store. */
  #current(): Holding | null {
    const holding = this.#holding
    if (holding === null) return null
    const left = holding.window.until - Date.now()
    // Without an answer in time the next id asks again, and tells its caller what is wrong.
    if (left < this.#windowMs / 2 && left > 0) this.#renew().catch(() => null)
    return left > 0 ? holding : null
  }

  /** Null when there is none now. An id from outside the window is thrown away: it may be another holder's. */
  #take({ window, source }: Holding): string | null {
    const snowflake = source.nextSnowflake()
    if (snowflake === null || snowflake.time < window.from || snowflake.time >= window.until) return null
    this.#lastTime = snowflake.time
    return snowflake.id
  }

  /** Waits until an id may be had again: the clock has caught up, or the next millisecond has come. */
  async #waitForClock({ window }: Holding, waited: number): Promise<number> {
    const behind = Math.max(window.from, this.#lastTime) - Date.now()
    const delayMs = Math.max(1, behind)
    if (waited + delayMs > this.#maxWaitMs) {
      throw new CheckoutError('ids_unavailable', `The clock is ${behind} ms behind the last id.`)
    }
    await new Promise<void>((resolve) => this.#scheduler.schedule(delayMs, resolve))
    return delayMs
  }

  #renew(): Promise<Holding> {
    this.#renewing ??= this.#reserve().finally(() => {
      this.#renewing = null
    })
    return this.#renewing
  }

  async #reserve(): Promise<Holding> {
    try {
      const now = Date.now()
      this.#holding = (await this.#extend(now)) ?? (await this.#takeAnother(now))
      return this.#holding
    } catch (cause) {
      if (CheckoutError.isInstance(cause) && cause.code === 'ids_unavailable') throw cause
      throw new CheckoutError('ids_unavailable', 'No worker number can be had: the store does not answer.', { cause })
    }
  }

  async #extend(now: number): Promise<Holding | null> {
    if (this.#holding === null) return null
    const window = await extendWindow(this.#session, this.#holding.window, now + this.#windowMs)
    return window === null ? null : { ...this.#holding, window }
  }

  /** Its ids begin after the last one made here, should the clock step back right now: each id is greater than the one before. */
  async #takeAnother(now: number): Promise<Holding> {
    const request = { token: this.#token, now, until: now + this.#windowMs }
    const window = await takeWindow(this.#session, request)
    const from = Math.max(window.from, this.#lastTime + 1)
    return { window: { ...window, from }, source: snowflakeSource(window.worker) }
  }
}
