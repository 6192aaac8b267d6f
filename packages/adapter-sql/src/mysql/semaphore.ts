import type { Scheduler } from '@coursepay/core/ports'
import { MysqlFailure, ownCodes } from './mysql-failure.js'

interface Waiter {
  readonly admit: () => void
}

export interface SemaphoreOptions {
  readonly scheduler: Scheduler
  readonly permits: number
  readonly maxWaiting: number
}

/** Lets so many callers in at a time, in the sequence in which they came. Throws `MysqlFailure`s. */
export class Semaphore {
  readonly #options: SemaphoreOptions
  readonly #waiting = new Set<Waiter>()
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
      const waiter = {
        admit() {
          cancel()
          resolve()
        },
      }
      const cancel = scheduler.schedule(Math.max(0, deadline - performance.now()), () => {
        this.#waiting.delete(waiter)
        reject(new MysqlFailure(ownCodes.noConnection))
      })
      this.#waiting.add(waiter)
    })
  }

  release(): void {
    const [next] = this.#waiting
    if (next === undefined) {
      this.#free += 1
      return
    }
    this.#waiting.delete(next)
    next.admit()
  }
}
