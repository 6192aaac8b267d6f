import type { Scheduler } from '@coursepay/core/ports'
import { MysqlFailure, ownCodes } from './mysql-failure.js'

export interface SemaphoreOptions {
  readonly scheduler: Scheduler
  readonly permits: number
  readonly maxWaiting: number
}

/** Lets so many callers in at a time, in the sequence in which they came. Throws `MysqlFailure`s. */
export class Semaphore {
  readonly #options: SemaphoreOptions
  /** Admits each of those who wait. */
  readonly #waiting = new Set<() => void>()
  #free: number

  constructor(options: SemaphoreOptions) {
    this.#options = options
    this.#free = options.permits
  }

  /** Outcome: the caller has a permit. `deadline` is by `performance.now()`. */
  async acquire(deadline: number): Promise<void> {
    if (this.#free > 0) {
      this.#free -= 1
      return
    }
    const { scheduler, maxWaiting } = this.#options
    if (this.#waiting.size >= maxWaiting) throw new MysqlFailure(ownCodes.queueFull)
    await new Promise<void>((resolve, reject) => {
      const cancel = scheduler.schedule(Math.max(0, deadline - performance.now()), () => {
        this.#waiting.delete(admit)
        reject(new MysqlFailure(ownCodes.noConnection))
      })
      const admit = () => {
        cancel()
        resolve()
      }
      this.#waiting.add(admit)
    })
  }

  release(): void {
    const [admit] = this.#waiting
    if (admit === undefined) {
      this.#free += 1
      return
    }
    this.#waiting.delete(admit)
    admit()
  }
}
