import { randomUUID } from 'node:crypto'
import { CheckoutError } from '@coursepay/core'
import type { IdGenerator } from '@coursepay/core/ports'
import type { SqlSession } from '../sql/session.js'
import { createSnowflakeSource, type SnowflakeSource } from './snowflake.js'
import { acquireWindow, extendWindowOrNull, releaseWindow, type WorkerWindow } from './worker-window.js'

interface WindowWithIdSource {
  readonly window: WorkerWindow
  readonly source: SnowflakeSource
}

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
  #holding: WindowWithIdSource | null = null
  #renewing: Promise<WindowWithIdSource> | null = null
  /** The time inside the last id: the next one's is never before. */
  #lastTime = 0

  constructor({ session, windowMs = 30_000 }: IdGeneratorOptions) {
    this.#session = session
    this.#windowMs = windowMs
  }

  async nextId(): Promise<string> {
    for (;;) {
      const { window, source } = this.#current() ?? (await this.#renew())
      const snowflake = source.next(Math.max(this.#lastTime, window.from))
      if (snowflake === null) continue
      this.#lastTime = snowflake.time
      // A time from outside the window may be another holder's.
      if (snowflake.time < window.until) return snowflake.id
    }
  }

  /** Outcome: the worker number is free for another process. */
  async close(): Promise<void> {
    await this.#renewing?.catch(() => null)
    const holding = this.#holding
    this.#holding = null
    if (holding === null) return
    const { window } = holding
    await releaseWindow(this.#session, window, Math.max(window.from, this.#lastTime + 1))
  }

  /** The window, while the next id fits. Renewed ahead of its end, so that no id has to wait for the store. */
  #current(): WindowWithIdSource | null {
    if (this.#holding === null) return null
    const left = this.#holding.window.until - this.#latest(Date.now())
    // Without an answer in time the next id asks again, and tells its caller what is wrong.
    if (left < this.#windowMs / 2 && left > 0) this.#renew().catch(() => null)
    return left > 0 ? this.#holding : null
  }

  /** The clock's time, or that of the last id when the clock is behind. */
  #latest(now: number): number {
    return Math.max(now, this.#lastTime)
  }

  #renew(): Promise<WindowWithIdSource> {
    this.#renewing ??= this.#reserve().finally(() => {
      this.#renewing = null
    })
    return this.#renewing
  }

  async #reserve(): Promise<WindowWithIdSource> {
    try {
      this.#holding = (await this.#extend()) ?? (await this.#acquireAnother())
      return this.#holding
    } catch (cause) {
      if (CheckoutError.isInstance(cause) && cause.code === 'ids_unavailable') throw cause
      throw new CheckoutError('ids_unavailable', 'No worker number can be leased: the store does not answer. Retry.', {
        cause,
      })
    }
  }

  async #extend(): Promise<WindowWithIdSource | null> {
    if (this.#holding === null) return null
    const until = this.#latest(Date.now()) + this.#windowMs
    const window = await extendWindowOrNull(this.#session, this.#holding.window, until)
    return window === null ? null : { ...this.#holding, window }
  }

  /**
   * Whether a number is free is a question of the clock; until when it is reserved, one of the next id, which is behind
   * the last one.
   */
  async #acquireAnother(): Promise<WindowWithIdSource> {
    const now = Date.now()
    const until = this.#latest(now) + this.#windowMs
    const window = await acquireWindow(this.#session, { token: this.#token, now, until })
    const from = Math.max(window.from, this.#lastTime + 1)
    return { window: { ...window, from }, source: createSnowflakeSource(window.worker) }
  }
}
