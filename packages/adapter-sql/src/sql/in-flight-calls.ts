import { CLOSED_SENTENCE, unavailable } from './store-errors.js'

/** The calls under way, some of which wait for others before they ask for a connection. */
export class InFlightCalls {
  readonly #running = new Set<Promise<unknown>>()
  #closed = false

  run<Result>(call: () => Promise<Result>): Promise<Result> {
    if (this.#closed) return Promise.reject(unavailable(CLOSED_SENTENCE))
    const running = call().finally(() => this.#running.delete(running))
    this.#running.add(running)
    return running
  }

  /** Outcome: what was asked for before is done. What comes later is refused at once. */
  async close(): Promise<void> {
    this.#closed = true
    await Promise.allSettled(this.#running)
  }
}
