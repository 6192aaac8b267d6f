import { CheckoutError } from '../../shared/checkout-error.js'
import type { CloseAttempt } from './close-attempt.js'
import { closeUnpaid } from './close-order.js'
import type { OrderDependencies } from './order-dependencies.js'

type Dependencies = Pick<OrderDependencies, 'unitOfWork' | 'stores' | 'clock' | 'settings'>

const CLOSE_GRACE_MS = 5_000

export interface ExpiryReport {
  readonly closed: number
  /** Left for the next round: the gateway gave no clear answer. */
  readonly unclear: number
  /** A full batch was closed: more may wait. */
  readonly more: boolean
}

/**
 * One round of the expiry sweeper: a grace time after the moment that was signed (the gateway's clock is not ours), it asks the gateway,
 * closes there, then here. Safe in many processes: each close is a conditional write.
 */
export function expireOrders(dependencies: Dependencies, closeAttempt: CloseAttempt, batch = 100) {
  const { stores, clock, settings } = dependencies
  const close = closeUnpaid(dependencies, closeAttempt)
  return async (): Promise<ExpiryReport> => {
    let unclear = 0
    const overdue = await stores.orders.listOverdue(clock.now() - (settings.closeGraceMs ?? CLOSE_GRACE_MS), batch)
    for (const order of overdue) {
      try {
        await close(order.id)
      } catch (error) {
        if (!CheckoutError.isInstance(error) || error.code !== 'gateway_unknown') throw error
        unclear += 1
      }
    }
    return { closed: overdue.length - unclear, unclear, more: unclear === 0 && overdue.length === batch }
  }
}
