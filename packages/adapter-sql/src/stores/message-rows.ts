import type { Fen, OrderId, PayNo, UserId } from '@coursepay/core'
import type { PayResultMessage } from '@coursepay/core/ports'
import { readId, readIdOrNull, readNumberOrNull, readText, readTextOrNull } from '../sql/row-values.js'
import type { Row } from '../sql/statement.js'

/** A row of `mq_message`. Members that it has no value for are left out. */
export function toMessage(row: Row): PayResultMessage {
  const [orderId, payNo] = [readIdOrNull<OrderId>(row, 'order_id'), readIdOrNull<PayNo>(row, 'pay_no')]
  const userId = readTextOrNull<UserId>(row, 'user_id')
  const totalPrice = readNumberOrNull<Fen>(row, 'total_price')
  const paySuccessTime = readNumberOrNull(row, 'pay_success_time')
  const traceparent = readTextOrNull(row, 'traceparent')
  return {
    id: readId(row, 'id'),
    messageType: readText(row, 'message_type'),
    businessKey1: readText(row, 'business_key1'),
    businessKey2: readText(row, 'business_key2'),
    businessKey3: readTextOrNull(row, 'business_key3'),
    ...(orderId !== null && { orderId }),
    ...(payNo !== null && { payNo }),
    ...(userId !== null && { userId }),
    ...(totalPrice !== null && { totalPrice }),
    ...(paySuccessTime !== null && { paySuccessTime }),
    ...(traceparent !== null && { traceparent }),
  }
}
