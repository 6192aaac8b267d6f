import { CLOSED_SENTENCE, storeUnavailableError } from './store-errors.js'

/** The calls under way, some of which wait for others before they ask for a connection. */
export class InFlightCalls {
  readonly #running = new Set<Promise<unknown>>()
  #closed = false

  run<Result>(call: () => Promise<Result>): Promise<Result> {
    return this.#closed ? Promise.reject(storeUnavailableError(CLOSED_SENTENCE)) : this.track(call())
  }

  /** For what a call has begun, and may not wait for to its end. */
  track<Result>(work: Promise<Result>): Promise<Result> {
    const running = work.finally(() => this.#running.delete(running))
    this.#running.add(running)
    return running
  }

  /** Outcome: what was asked for before is done. What comes later is refused at once. */
  async close(): Promise<void> {
    this.#closed = true
    while (this.#running.size > 0) await Promise.allSettled(this.#running)
  }
}
