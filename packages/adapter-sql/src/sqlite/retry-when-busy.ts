import { backoff, type RetryPolicy } from '../sql/retry-policy.js'
import { isBusy, toCheckoutError } from './sqlite-errors.js'

/**
 * Runs something that needs a lock. SQLite's own busy_timeout would stop the whole process while it waits, so that is
 * off and the waiting happens here. Throws only `CheckoutError`s.
 */
export async function retryWhenBusy<Result>(
  { scheduler, busyTimeoutMs }: RetryPolicy,
  attempt: () => Result | Promise<Result>,
): Promise<Result> {
  const deadline = performance.now() + busyTimeoutMs
  for (let tries = 0; ; tries += 1) {
    try {
      return await attempt()
    } catch (error) {
      if (!isBusy(error) || performance.now() >= deadline) throw toCheckoutError(error)
      await backoff(scheduler, tries)
    }
  }
}
