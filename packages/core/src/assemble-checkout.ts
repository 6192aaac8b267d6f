import {
  createLearningModule,
  type LearningModule,
  type LearningModuleParts,
} from './learning/application/create-learning-module.js'
import { createOrderModule, type OrderModuleParts } from './orders/application/create-order-module.js'
import type { OrderModule } from './orders/application/create-order-use-cases.js'
import type { PaidMessageResender } from './shared/ports/paid-message-resender.js'
import { OrderType } from './shared/status-codes.js'

/** Both services in one process: everything each of them needs, by name. */
export interface CheckoutParts {
  readonly orders: Omit<OrderModuleParts, 'priceSources'> & Partial<Pick<OrderModuleParts, 'priceSources'>>
  readonly learning: Omit<LearningModuleParts, 'paidMessageResender'>
}

export interface AssembledCheckout {
  readonly orders: OrderModule
  readonly learning: LearningModule
  /** Starts the consumer before the relay, so that no message goes out unread. */
  start(): Promise<void>
  /** Stops the relay before the consumer. */
  stop(): Promise<void>
}

/**
 * The long form: the whole checkout from parts, for those who bring ports of their own. `createCheckout` is the short
 * form. The two services know of each other only what is passed here: the price of a choice in one direction, the
 * message and the question about paid orders in the other.
 */
export function assembleCheckout(parts: CheckoutParts): AssembledCheckout {
  const paidMessageResender: PaidMessageResender = {
    resendMessage: (...order) => orders.paidMessageResender.resendMessage(...order),
  }
  const learning = createLearningModule({ ...parts.learning, paidMessageResender })
  const priceSources = { [OrderType.course]: learning.prices, ...parts.orders.priceSources }
  const orders = createOrderModule({ ...parts.orders, priceSources })
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
