import { messageId } from '../../../shared/identifiers.js'
import type { PaidMessageResender } from '../../../shared/ports/paid-message-resender.js'
import { MessageType, OrderStatus } from '../../../shared/status-codes.js'
import { bookedPayment } from '../../domain/order.js'
import { orderMessage } from '../../domain/order-message.js'
import type { UseCaseDependencies } from '../update-order.js'

/**
 * Sends the message of a paid order again, for a seller that has not heard of it. Consumers handle each message once.
 */
export function createPaidMessageResender({
  updateOrder,
  ids,
}: Pick<UseCaseDependencies, 'updateOrder' | 'ids'>): PaidMessageResender {
  return {
    async resendMessage(orderType, outBusinessId) {
      const id = messageId(await ids.nextId())
      return updateOrder({ orderType, outBusinessId }, (order) => {
        if (order?.status !== OrderStatus.paid) return { after: order, result: 'not_paid' }
        const message = orderMessage(order, bookedPayment(order), MessageType.payResult, id)
        return { after: order, messages: [message], result: 'sent' }
      })
    },
  }
}
