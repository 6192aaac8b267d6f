import { AsyncLocalStorage } from 'node:async_hooks'
import { nestedUnit } from '../sql/unit-misuse.js'

interface Waiting {
  resolve(): void
  reject(error: Error): void
}

/** A unit that runs, as seen by those that are begun inside it. */
export class RunningUnit {
  readonly #waiting: Waiting[] = []
  #statements = 0
  #running = true

  /** Counts a statement, or the end of the transaction, while it is under way: the unit waits for that. */
  async track<Result>(statement: Promise<Result>): Promise<Result> {
    this.#statements += 1
    try {
      return await statement
    } finally {
      this.#statements -= 1
      this.#lookAround()
    }
  }

  end(): void {
    this.#running = false
    for (const { resolve } of this.#waiting.splice(0)) resolve()
  }

  /** Resolves when the unit has ended; throws when it waits for the caller. */
  async ended(): Promise<void> {
    if (!this.#running) return
    await new Promise<void>((resolve, reject) => {
      this.#waiting.push({ resolve, reject })
      this.#lookAround()
    })
  }

  /** A unit that at the end of a turn has no statement under way waits for something else, and that is the others here. */
  #lookAround(): void {
    if (this.#waiting.length === 0) return
    setImmediate(() => {
      if (!this.#running || this.#statements > 0) return
      for (const { reject } of this.#waiting.splice(0)) reject(nestedUnit())
    })
  }
}

/**
 * Keeps units that are begun inside another one until that has ended, as on SQLite. With connections of their own, many
 * of them would wait for each other when the pool is empty, or for rows that the outer ones have locked.
 */
export class Surroundings {
  readonly #around = new AsyncLocalStorage<RunningUnit>()

  async left(): Promise<void> {
    await this.#around.getStore()?.ended()
  }

  within<Result>(unit: RunningUnit, work: () => Promise<Result>): Promise<Result> {
    return this.#around.run(unit, async () => work())
  }
}
