import type { Scheduler } from '@coursepay/core/ports'
import { MysqlFailure, ownFailureCodes } from './mysql-failure.js'

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

  /** Outcome: the caller has a permit; what gives it back. `deadline` is by `performance.now()`. */
  async acquire(deadline: number): Promise<() => void> {
    if (this.#free > 0) this.#free -= 1
    else await this.#wait(deadline)
    return () => this.#release()
  }

  async #wait(deadline: number): Promise<void> {
    const { scheduler, maxWaiting } = this.#options
    if (this.#waiting.size >= maxWaiting) throw new MysqlFailure(ownFailureCodes.queueFull)
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const cancel = scheduler.schedule(Math.max(0, deadline - performance.now()), () => {
      this.#waiting.delete(resolve)
      reject(new MysqlFailure(ownFailureCodes.noConnection))
    })
    this.#waiting.add(resolve)
    await promise.finally(cancel)
  }

  #release(): void {
    const [admit] = this.#waiting
    if (admit === undefined) {
      this.#free += 1
      return
    }
    this.#waiting.delete(admit)
    admit()
  }
}
