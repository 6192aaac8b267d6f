import { randomUUID } from 'node:crypto'
import { CheckoutError } from '@coursepay/core'
import type { IdGenerator } from '@coursepay/core/ports'
import type { SqlSession } from '../sql/session.js'
import { idOf, nextSnowflake, type Snowflake } from './snowflake.js'
import { acquireWindow, extendWindow, releaseWindow, type WorkerWindow } from './worker-window.js'

export interface IdGeneratorOptions {
  readonly session: SqlSession
  /** How far ahead a worker number is reserved, and for how long it is lost after a crash. */
  readonly windowMs?: number
}

/**
 * Snowflakes under a worker number that is leased from the database, in windows of time. The time inside an id never
 * goes back: while the clock is behind the last id, because it was put back or many ids were made at once, ids continue
 * from the last one.
 */
export class LeasedIdGenerator implements IdGenerator {
  readonly #session: SqlSession
  readonly #windowMs: number
  readonly #token = randomUUID()
  #window: WorkerWindow | null = null
  #renewing: Promise<WorkerWindow> | null = null
  #last: Snowflake = { time: 0, sequence: 0 }

  constructor({ session, windowMs = 30_000 }: IdGeneratorOptions) {
    this.#session = session
    this.#windowMs = windowMs
  }

  async nextId(): Promise<string> {
    for (;;) {
      const window = this.#current() ?? (await this.#renew())
      this.#last = nextSnowflake(this.#last, Math.max(Date.now(), window.from))
      // A time from outside the window may be another holder's.
      if (this.#last.time < window.until) return idOf(this.#last, window.worker)
    }
  }

  /** Outcome: the worker number is free for another process. */
  async close(): Promise<void> {
    await this.#renewing?.catch(() => null)
    const window = this.#window
    this.#window = null
    if (window !== null) await releaseWindow(this.#session, window, Math.max(window.from, this.#last.time + 1))
  }

  /** The window, while the next id fits. Renewed ahead of its end, so that no id has to wait for the store. */
  #current(): WorkerWindow | null {
    if (this.#window === null) return null
    const left = this.#window.until - this.#latest(Date.now())
    // Without an answer in time the next id asks again, and tells its caller what is wrong.
    if (left < this.#windowMs / 2 && left > 0) this.#renew().catch(() => null)
    return left > 0 ? this.#window : null
  }

  /** The clock's time, or that of the last id when the clock is behind. */
  #latest(now: number): number {
    return Math.max(now, this.#last.time)
  }

  #renew(): Promise<WorkerWindow> {
    this.#renewing ??= this.#reserve().finally(() => {
      this.#renewing = null
    })
    return this.#renewing
  }

  async #reserve(): Promise<WorkerWindow> {
    try {
      this.#window = (await this.#extend()) ?? (await this.#acquireAnother())
      return this.#window
    } catch (cause) {
      if (CheckoutError.isInstance(cause) && cause.code === 'ids_unavailable') throw cause
      throw new CheckoutError('ids_unavailable', 'No worker number can be leased: the store does not answer. Retry.', {
        cause,
      })
    }
  }

  async #extend(): Promise<WorkerWindow | null> {
    if (this.#window === null) return null
    return await extendWindow(this.#session, this.#window, this.#latest(Date.now()) + this.#windowMs)
  }

  /**
   * Whether a number is free is a question of the clock; until when it is reserved, one of the next id, which is behind
   * the last one.
   */
  async #acquireAnother(): Promise<WorkerWindow> {
    const now = Date.now()
    const until = this.#latest(now) + this.#windowMs
    const window = await acquireWindow(this.#session, { token: this.#token, now, until })
    return { ...window, from: Math.max(window.from, this.#last.time + 1) }
  }
}
