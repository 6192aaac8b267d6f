import { type Patience, pause } from '../sql/patience.js'
import { isBusy, toCheckoutError } from './sqlite-errors.js'

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
