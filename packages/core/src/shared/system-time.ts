import type { Clock, Scheduler } from './ports/clock.js'

/** Every JavaScript runtime has these; they are named here because core is compiled without any runtime's types. */
declare const setTimeout: (task: () => void, delayMs: number) => unknown
declare const clearTimeout: (timer: unknown) => void
declare const performance: { now(): number }

export const systemClock: Clock = { now: () => Date.now() }

/** Milliseconds since the process started, which nobody sets. */
export const monotonicNowMs = (): number => performance.now()

export const systemScheduler: Scheduler = {
  schedule(delayMs, task) {
    const timer = setTimeout(task, delayMs)
    return () => clearTimeout(timer)
  },
}
