import type { Scheduler } from '@coursepay/core'
import { isBusy, toCheckoutError } from './sqlite-errors.js'

export interface Patience {
  readonly scheduler: Scheduler
  /** How long another process may hold the lock before a call is given up. */
  readonly busyTimeoutMs: number
}

const LONGEST_PAUSE_MS = 20

/** Waits a little longer each time, and never as long as another waiter: those would meet again and again. */
export function pause(scheduler: Scheduler, round: number): Promise<void> {
  const delayMs = Math.min(LONGEST_PAUSE_MS, 2 ** Math.min(round, 10)) * (0.5 + Math.random() / 2)
  return new Promise((resolve) => scheduler.schedule(delayMs, resolve))
}

/**
 * Runs something that needs a lock. SQLite's own busy_timeout would stop the whole process while it waits, so that is off
 * and the waiting happens here. Throws only `CheckoutError`s.
 */
export async function whileBusy<Result>(patience: Patience, attempt: () => Result | Promise<Result>): Promise<Result> {
  const deadline = performance.now() + patience.busyTimeoutMs
  for (let round = 0; ; round += 1) {
    try {
      return await attempt()
    } catch (error) {
      if (!isBusy(error) || performance.now() >= deadline) throw toCheckoutError(error)
      await pause(patience.scheduler, round)
    }
  }
}
