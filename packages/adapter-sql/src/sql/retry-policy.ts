import type { Scheduler } from '@coursepay/core/ports'

/** How a call waits for others: a lock that another process has, a row that another transaction changes. */
export interface RetryPolicy {
  readonly scheduler: Scheduler
  /** How long in all, before the call fails. */
  readonly busyTimeoutMs: number
}

const MAX_PAUSE_MS = 20

/** Waits a little longer each time, and never as long as another waiter: those would meet again and again. */
export function waitBackoff(scheduler: Scheduler, tries: number): Promise<void> {
  const delayMs = Math.min(MAX_PAUSE_MS, 2 ** Math.min(tries, 10)) * (0.5 + Math.random() / 2)
  return new Promise((resolve) => scheduler.schedule(delayMs, resolve))
}

interface RetryCallbacks {
  /** Whether the same call may succeed later. */
  isTemporary(error: unknown): boolean
  toCheckoutError(error: unknown): unknown
  onRetry?(): void
}

/** Runs something again while others are in its way, until `busyTimeoutMs` is over. */
export async function retryWhileTemporary<Result>(
  { scheduler, busyTimeoutMs }: RetryPolicy,
  { isTemporary, toCheckoutError, onRetry }: RetryCallbacks,
  attempt: (deadline: number) => Result | Promise<Result>,
): Promise<Result> {
  const deadline = performance.now() + busyTimeoutMs
  for (let tries = 0; ; tries += 1) {
    try {
      return await attempt(deadline)
    } catch (error) {
      if (!isTemporary(error) || performance.now() >= deadline) throw toCheckoutError(error)
    }
    onRetry?.()
    await waitBackoff(scheduler, tries)
  }
}
