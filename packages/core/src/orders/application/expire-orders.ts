import { CheckoutError } from '../../shared/checkout-error.js'
import type { AskGateway } from './ask-gateway.js'
import { closeUnpaid } from './close-order.js'
import type { OrderDependencies } from './order-dependencies.js'

type Dependencies = Pick<OrderDependencies, 'unitOfWork' | 'stores' | 'gateway' | 'clock'>

export interface ExpiryReport {
  readonly closed: number
  /** Left for the next round: the gateway gave no clear answer. */
  readonly unclear: number
  /** A full batch was closed: more may wait. */
  readonly more: boolean
}

/** One round of the expiry sweeper. Safe in many processes: each close is a conditional write. */
export function expireOrders(dependencies: Dependencies, ask: AskGateway, batch = 100) {
  const { stores, clock } = dependencies
  const close = closeUnpaid(dependencies, ask)
  return async (): Promise<ExpiryReport> => {
    let unclear = 0
    const overdue = await stores.orders.listOverdue(clock.now(), batch)
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
