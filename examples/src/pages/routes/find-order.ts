import { type Actor, CheckoutError, type OrderId, type OrderView } from '@coursepay/core'
import type { PagesDeps } from '../page.js'

/** An order that a session remembers; null when it is gone, since a session may outlive the database of a demo. */
export async function findOrder(id: OrderId, actor: Actor, deps: Pick<PagesDeps, 'orders'>): Promise<OrderView | null> {
  try {
    return await deps.orders.getOrder(id, actor)
  } catch (error) {
    if (CheckoutError.isInstance(error) && error.code === 'order_not_found') return null
    throw error
  }
}
