import type { OrderDependencies } from './order-dependencies.js'
import type { UpdateOrder } from './update-order.js'

/** The same with the one loop that changes orders. */
export interface UseCaseDependencies extends OrderDependencies {
  readonly updateOrder: UpdateOrder
}
