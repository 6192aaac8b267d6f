import { CLOSED_SENTENCE, unavailable } from './store-errors.js'

/**
 * The calls under way, some of which wait for others before they ask for a connection: they end before the database
 * does.
 */
export class InFlightCalls {
  readonly #ended: (() => void)[] = []
  #count = 0
  #closed = false

  async run<Result>(call: () => Promise<Result>): Promise<Result> {
    if (this.#closed) throw unavailable(CLOSED_SENTENCE)
    this.#count += 1
    try {
      return await call()
    } finally {
      this.#count -= 1
      if (this.#count === 0) for (const wake of this.#ended.splice(0)) wake()
    }
  }

  /** Outcome: what was asked for before is done. What comes later is refused at once. */
  async close(): Promise<void> {
    this.#closed = true
    if (this.#count > 0) await new Promise<void>((resolve) => this.#ended.push(resolve))
  }
}
