import {
  createLearningCentre,
  type LearningCentre,
  type LearningCentreParts,
} from './learning/application/create-learning-centre.js'
import { createOrderCentre, type OrderCentre, type OrderCentreParts } from './orders/application/create-order-centre.js'
import { OrderType } from './shared/status-codes.js'

/** Both services in one process: everything each of them needs, by name. */
export interface CheckoutParts {
  readonly orders: Omit<OrderCentreParts, 'priceSources'> & Partial<Pick<OrderCentreParts, 'priceSources'>>
  readonly learning: LearningCentreParts
}

export interface Checkout {
  readonly orders: OrderCentre
  readonly learning: LearningCentre
  /** Starts the reader before the relay, so that no message goes out unread. */
  start(): Promise<void>
  /** Stops the relay before the reader. */
  stop(): Promise<void>
}

/**
 * The whole checkout for who uses no container. The two services know of each other only what is passed here: the price of a
 * choice in one direction, the message in the other.
 */
export function createCheckout(parts: CheckoutParts): Checkout {
  const learning = createLearningCentre(parts.learning)
  const priceSources = { [OrderType.course]: learning.prices, ...parts.orders.priceSources }
  const orders = createOrderCentre({ ...parts.orders, priceSources })
  return {
    orders,
    learning,
    async start() {
      await learning.start()
      orders.start()
    },
    async stop() {
      await orders.stop()
      await learning.stop()
    },
  }
}
