import type { MessageId } from '../../shared/identifiers.js'
import type { PayResultMessage } from '../../shared/pay-result-message.js'
import type { MessageType } from '../../shared/status-codes.js'
import type { Order } from './order.js'
import type { Payment } from './payment.js'

/** The next order after a decision about money, and the messages about it. */
export interface OrderChange {
  readonly order: Order
  readonly messages: readonly PayResultMessage[]
}

/** What every other service learns about an order and the payment that paid it. */
export const orderMessage = (
  order: Order,
  payment: Payment | null,
  messageType: MessageType,
  id: MessageId,
): PayResultMessage => ({
  id,
  messageType,
  businessKey1: order.outBusinessId,
  businessKey2: order.orderType,
  businessKey3: null,
  orderId: order.id,
  payNo: payment?.payNo,
  userId: order.userId,
  totalPrice: order.totalPrice,
  paySuccessTime: payment?.paySuccessTime ?? undefined,
})
