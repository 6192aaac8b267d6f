import { CheckoutError } from '../../shared/checkout-error.js'
import type { OrderId } from '../../shared/identifiers.js'
import type { Clock, EpochMs } from '../../shared/ports/clock.js'
import { severalAtOnce } from '../../shared/several-at-once.js'
import type { CloseAttempt } from './close-attempt.js'
import { closeUnpaid } from './close-order.js'
import type { OrderDependencies } from './order-dependencies.js'
import type { QueryBudget } from './query-budget.js'

type Dependencies = Pick<OrderDependencies, 'unitOfWork' | 'stores' | 'clock' | 'settings'>

const CLOSE_GRACE_MS = 5_000
const FIRST_PAUSE_MS = 5_000
const LONGEST_PAUSE_MS = 40_000
/** Each is a question of some 200 ms, and as many a second run out in a busy shop. */
const CLOSED_AT_ONCE = 10

export interface ExpiryReport {
  readonly closed: number
  /** Left for a later round: the gateway gave no clear answer. */
  readonly unclear: number
  /** A full batch was closed: more may wait. */
  readonly more: boolean
}

/**
 * One round of the expiry sweeper: a grace time after the moment that was signed (the gateway's clock is not ours), it asks the gateway,
 * closes there, then here. Safe in many processes: each close is a conditional write. An order about which the gateway is not clear
 * is asked about less and less often, and stands in nobody's way meanwhile. Keeps to the budget of questions.
 */
export function expireOrders(dependencies: Dependencies, closeAttempt: CloseAttempt, budget: QueryBudget, batch = 100) {
  const { stores, clock, settings } = dependencies
  const close = closeUnpaid(dependencies, closeAttempt)
  const pauses = pausedOrders(clock)
  return async (): Promise<ExpiryReport> => {
    const before = clock.now() - (settings.closeGraceMs ?? CLOSE_GRACE_MS)
    const overdue = await stores.orders.listOverdue(before, batch + pauses.count())
    const due = pauses.without(overdue).slice(0, batch)
    const report = { closed: 0, unclear: 0 }
    await severalAtOnce(due, CLOSED_AT_ONCE, async ({ id }) => {
      if (!budget.take()) return
      const clear = await isClear(close(id))
      report[clear ? 'closed' : 'unclear'] += 1
      if (!clear) pauses.pause(id)
    })
    return { ...report, more: report.closed === batch }
  }
}

async function isClear(closing: Promise<void>): Promise<boolean> {
  try {
    await closing
    return true
  } catch (error) {
    if (CheckoutError.isInstance(error) && error.code === 'gateway_unknown') return false
    throw error
  }
}

/** Orders that are left alone for a while, longer each time. Each process has its own. */
function pausedOrders(clock: Clock) {
  let paused = new Map<OrderId, { readonly until: EpochMs; readonly pauseMs: number }>()
  return {
    count: () => paused.size,
    /** What is left without the paused ones; forgets those that are not overdue any more. */
    without<Overdue extends { readonly id: OrderId }>(overdue: readonly Overdue[]): Overdue[] {
      const ids = new Set(overdue.map(({ id }) => id))
      paused = new Map([...paused].filter(([id]) => ids.has(id)))
      return overdue.filter(({ id }) => (paused.get(id)?.until ?? 0) <= clock.now())
    },
    pause(id: OrderId): void {
      const pauseMs = Math.min(2 * (paused.get(id)?.pauseMs ?? FIRST_PAUSE_MS / 2), LONGEST_PAUSE_MS)
      paused.set(id, { until: clock.now() + pauseMs, pauseMs })
    },
  }
}
