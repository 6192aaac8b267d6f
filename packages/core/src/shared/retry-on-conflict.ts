import { CheckoutError } from './checkout-error.js'
import type { Scheduler } from './ports/clock.js'

const MAX_TRIES = 5
const MIN_BACKOFF_MS = 10

/**
 * Reads, decides and commits until the commit is no conflict: five tries at most, with a pause that doubles. Conflicts
 * come only from other processes, since callers of one aggregate queue inside this one. Throws `state_conflict` when
 * every try failed.
 */
export async function retryOnConflict<Result>(
  scheduler: Scheduler,
  attempt: () => Promise<{ readonly result: Result } | 'conflict'>,
): Promise<Result> {
  for (let tries = 1; ; tries += 1) {
    const outcome = await attempt()
    if (outcome !== 'conflict') return outcome.result
    if (tries === MAX_TRIES)
      throw new CheckoutError('state_conflict', 'The order or choice was changed concurrently. Retry.')
    const backoffMs = MIN_BACKOFF_MS * 2 ** (tries - 1)
    await new Promise<void>((resolve) => scheduler.schedule(backoffMs, resolve))
  }
}
