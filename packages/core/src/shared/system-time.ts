import type { Clock } from './ports/clock.js'
import type { Scheduler } from './ports/scheduler.js'

/** Every JavaScript runtime has these two; they are named here because core is compiled without any runtime's types. */
declare const setTimeout: (task: () => void, delayMs: number) => unknown
declare const clearTimeout: (timer: unknown) => void

export const systemClock: Clock = { now: () => Date.now() }

export const systemScheduler: Scheduler = {
  schedule(delayMs, task) {
    const timer = setTimeout(task, delayMs)
    return () => clearTimeout(timer)
  },
}
