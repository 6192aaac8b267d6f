import type { Scheduler } from '@coursepay/core'

/** How a call waits for others: a lock that another process has, a row that another unit changes. */
export interface Patience {
  readonly scheduler: Scheduler
  /** How long in all, before the call is given up. */
  readonly busyTimeoutMs: number
}

const LONGEST_PAUSE_MS = 20

/** Waits a little longer each time, and never as long as another waiter: those would meet again and again. */
export function pause(scheduler: Scheduler, round: number): Promise<void> {
  const delayMs = Math.min(LONGEST_PAUSE_MS, 2 ** Math.min(round, 10)) * (0.5 + Math.random() / 2)
  return new Promise((resolve) => scheduler.schedule(delayMs, resolve))
}
