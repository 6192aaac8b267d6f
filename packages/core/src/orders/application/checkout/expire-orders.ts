import { CheckoutError } from '../../../shared/checkout-error.js'
import { forEachConcurrent } from '../../../shared/for-each-concurrent.js'
import type { OrderId } from '../../../shared/identifiers.js'
import type { Clock, EpochMs } from '../../../shared/ports/clock.js'
import type { RateLimiter } from '../../../shared/rate-limiter.js'
import type { UseCaseDependencies } from '../use-case-dependencies.js'
import type { CloseUnpaidOrder } from './close-order.js'

type Dependencies = Pick<UseCaseDependencies, 'store' | 'clock' | 'settings'>

const UNTRUSTED_CLOCK_SENTENCE = 'A clock has jumped and no other clock agrees: no order is closed. Check the clock.'
const CLOSE_GRACE_MS = 5_000
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
  { store, clock, settings }: Dependencies,
  close: CloseUnpaidOrder,
  budget: RateLimiter,
  batch = 100,
) {
  const backoffs = orderBackoffs(clock)
  return async (): Promise<ExpiryReport> => {
    if ((await clock.verify?.()) === false) throw new CheckoutError('gateway_unknown', UNTRUSTED_CLOCK_SENTENCE)
    const before = clock.now() - (settings.closeGraceMs ?? CLOSE_GRACE_MS)
    const overdue = await store.orders.listOverdue(before, batch + backoffs.count())
    const due = backoffs.without(overdue).slice(0, batch)
    const report = { closed: 0, unclear: 0 }
    await forEachConcurrent(due, MAX_CONCURRENT, async (id) => {
      try {
        if ((await close(id, { reason: 'expired', budget })) === 'closed') report.closed += 1
      } catch (error) {
        if (!(CheckoutError.isInstance(error) && error.code === 'gateway_unknown')) throw error
        report.unclear += 1
        backoffs.backOff(id)
      }
    })
    return { ...report, more: report.closed === batch }
  }
}

/** Orders that are left alone for a while, longer each time. Each process has its own. */
function orderBackoffs(clock: Clock) {
  let waiting = new Map<OrderId, { readonly until: EpochMs; readonly backoffMs: number }>()
  return {
    count: () => waiting.size,
    /** The overdue orders without those in backoff; drops those that are not overdue any more. */
    without(overdue: readonly OrderId[]): OrderId[] {
      const ids = new Set(overdue)
      waiting = new Map([...waiting].filter(([id]) => ids.has(id)))
      return overdue.filter((id) => (waiting.get(id)?.until ?? 0) <= clock.now())
    },
    backOff(id: OrderId): void {
      const backoffMs = Math.min(2 * (waiting.get(id)?.backoffMs ?? MIN_BACKOFF_MS / 2), MAX_BACKOFF_MS)
      waiting.set(id, { until: clock.now() + backoffMs, backoffMs })
    },
  }
}
