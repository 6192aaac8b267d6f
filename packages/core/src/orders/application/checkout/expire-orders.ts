import { createBackoffTracker } from '../../../shared/backoff-tracker.js'
import { CheckoutError } from '../../../shared/checkout-error.js'
import { forEachConcurrent } from '../../../shared/for-each-concurrent.js'
import type { OrderId } from '../../../shared/identifiers.js'
import type { RateLimiter } from '../../../shared/rate-limiter.js'
import type { UseCaseDependencies } from '../update-order.js'
import type { TryCloseUnpaidOrder } from './close-order.js'

type ExpireOrdersDependencies = Pick<UseCaseDependencies, 'store' | 'clock' | 'settings'>

const UNTRUSTED_CLOCK_SENTENCE = 'A clock has jumped and no other clock agrees: no order is closed. Check the clock.'
const DEFAULT_CLOSE_GRACE_MS = 5_000
const MIN_BACKOFF_MS = 5_000
const MAX_BACKOFF_MS = 40_000
/** Each is a query of some 200 ms. */
const MAX_CONCURRENT = 10

export interface ExpiryReport {
  readonly closed: number
  /** Left for a later round: the gateway gave no clear answer. */
  readonly unclear: number
  /** A full batch was closed: more may wait. */
  readonly more: boolean
}

/**
 * One round of the expiry worker. It waits a grace time after the signed moment (the gateway's clock is not ours), then
 * closes at the gateway, then here. Safe in many processes. An order without a clear answer is tried less and less
 * often, and delays no other. While the clock is not trusted, nothing is closed.
 */
export function expireOrders(
  { store, clock, settings }: ExpireOrdersDependencies,
  close: TryCloseUnpaidOrder,
  rateLimiter: RateLimiter,
  batch = 100,
) {
  const waiting = createBackoffTracker<OrderId>(clock, MIN_BACKOFF_MS, MAX_BACKOFF_MS)
  return async (): Promise<ExpiryReport> => {
    if ((await clock.verify?.()) === false) throw new CheckoutError('gateway_unknown', UNTRUSTED_CLOCK_SENTENCE)
    const before = clock.now() - (settings.closeGraceMs ?? DEFAULT_CLOSE_GRACE_MS)
    const overdue = await store.orders.listOverdue(before, batch + waiting.count())
    const ids = new Set(overdue)
    waiting.keep((id) => ids.has(id))
    const due = overdue.filter(waiting.isOver).slice(0, batch)
    const report = { closed: 0, unclear: 0 }
    await forEachConcurrent(due, MAX_CONCURRENT, async (id) => {
      try {
        if ((await close(id, { reason: 'expired', rateLimiter })) === 'closed') report.closed += 1
      } catch (error) {
        if (!(CheckoutError.isInstance(error) && error.code === 'gateway_unknown')) throw error
        report.unclear += 1
        waiting.backOff(id)
      }
    })
    return { ...report, more: report.closed === batch }
  }
}
