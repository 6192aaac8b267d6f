import { isCoursesProduct, itemIdOf, type Product } from './products.js'
import type { OrderId, PayNo, UserId } from './shared/identifiers.js'
import type { Fen } from './shared/money.js'
import type { ReceivedPayResultMessage } from './shared/pay-result-message.js'
import { type MessageSubscriber, PermanentFailure, type Subscription } from './shared/ports/message-subscriber.js'
import { MessageType } from './shared/status-codes.js'

/** `paid` once the money is booked; `refunded` once all of it, `partiallyRefunded` once a part of it was refunded. */
export type CheckoutEventName = 'paid' | 'refunded' | 'partiallyRefunded'

export interface EventDetails {
  /** The same for every delivery of one event: use it to handle an event once. */
  readonly messageId: string
  readonly orderId: OrderId
  readonly payNo: PayNo
  readonly userId: UserId
  /** The product's name in `products`. */
  readonly product: string
  /** What was bought: the id that `buy` was called with; for a course, the id of its choice. */
  readonly id: string
  /** The order's total, in fen. */
  readonly amount: Fen
}

export type EventHandler = (details: EventDetails) => Promise<void> | void

const messageTypeByEvent: Readonly<Record<CheckoutEventName, string>> = {
  paid: MessageType.payResult,
  refunded: MessageType.refundResult,
  partiallyRefunded: MessageType.partialRefund,
}

/** Registers consumers: each has a queue of its own, named after it. */
export function createEventSubscriber(subscriber: MessageSubscriber, products: Readonly<Record<string, Product>>) {
  const byOrderType = new Map(Object.entries(products).map((entry) => [entry[1].orderType, entry] as const))
  return (event: CheckoutEventName, consumer: string, handler: EventHandler): Promise<Subscription> =>
    subscriber.subscribe(`coursepay_${event}_${consumer}`, async (message) => {
      const sold = byOrderType.get(message.businessKey2)
      if (message.messageType !== messageTypeByEvent[event] || sold === undefined) return
      await handler(eventDetailsOf(message, ...sold))
    })
}

function eventDetailsOf(message: ReceivedPayResultMessage, product: string, definition: Product): EventDetails {
  const { id: messageId, orderId, payNo, userId, totalPrice, businessKey1 } = message
  if (orderId === undefined || payNo === undefined || userId === undefined || totalPrice === undefined) {
    throw new PermanentFailure('the message must name its order')
  }
  const id = isCoursesProduct(definition) ? businessKey1 : itemIdOf(businessKey1)
  return { messageId, orderId, payNo, userId, product, id, amount: totalPrice }
}
