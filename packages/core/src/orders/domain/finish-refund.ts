import type { PayNo, RefundId } from '../../shared/identifiers.js'
import type { Fen } from '../../shared/money.js'
import type { EpochMs } from '../../shared/ports/clock.js'
import { MessageType, OrderStatus, PayStatus } from '../../shared/status-codes.js'
import { type DecisionFacts, replaceTooLargeRefund } from './automatic-refund.js'
import { changePayment, changeRefund, findRefund, type Order, requirePayment } from './order.js'
import { type OrderChange, orderMessage } from './order-message.js'
import type { Payment } from './payment.js'
import { isFullyRefunded, newPendingRefund, type Refund } from './refund.js'

/**
 * Stores how a refund ended. Money that moved counts, also for a refund that stands as failed. A failure changes only a
 * pending refund.
 */
export function finishRefund(
  order: Order,
  { payNo, outRequestNo }: Pick<Refund, 'payNo' | 'outRequestNo'>,
  end: 'succeeded' | 'failed',
  facts: DecisionFacts,
): OrderChange {
  const refund = findRefund(order, payNo, outRequestNo)
  if (refund === null || refund.status === 'succeeded') return { order, messages: [] }
  if (end === 'failed') {
    if (refund.status === 'failed') return { order, messages: [] }
    const failed = changeRefund(order, refund, { status: 'failed', finishDate: facts.now })
    return { order: replaceTooLargeRefund(failed, payNo, facts), messages: [] }
  }
  return updatePaymentAfterRefund(
    changeRefund(order, refund, { status: 'succeeded', finishDate: facts.now }),
    payNo,
    facts,
  )
}

/**
 * Books a refund that was made elsewhere (Alipay's console) and confirmed by a query. A known number changes nothing.
 */
export function bookExternalRefund(
  order: Order,
  refund: { readonly id: RefundId; readonly payNo: PayNo; readonly outRequestNo: string; readonly amount: Fen },
  facts: DecisionFacts,
): OrderChange {
  if (findRefund(order, refund.payNo, refund.outRequestNo) !== null) return { order, messages: [] }
  const reason = 'refunded at the gateway'
  const pending = newPendingRefund({ ...refund, orderId: order.id, reason, cause: 'external', createDate: facts.now })
  const external: Refund = { ...pending, status: 'succeeded', finishDate: facts.now }
  return updatePaymentAfterRefund({ ...order, refunds: [...order.refunds, external] }, refund.payNo, facts)
}

/** After a refund succeeded: a payment that is refunded in whole ends, with its order when it paid the order. */
function updatePaymentAfterRefund(order: Order, payNo: PayNo, facts: DecisionFacts): OrderChange {
  const payment = requirePayment(order, payNo)
  if (payment.status !== PayStatus.paid) return { order, messages: [] }
  const whole = isFullyRefunded(payment, order.refunds)
  const next = whole ? markPaymentRefunded(order, payment, facts.now) : order
  if (payment.receipt !== 'booked') return { order: replaceTooLargeRefund(next, payNo, facts), messages: [] }
  const messageType = whole ? MessageType.refundResult : MessageType.partialRefund
  return { order: next, messages: [orderMessage(next, payment, messageType, facts.messageId)] }
}

/** Nothing is left for the payment's pending refunds: the gateway will never do them. */
function markPaymentRefunded(order: Order, payment: Payment, now: EpochMs): Order {
  const refunded = changePayment(order, payment.payNo, { status: PayStatus.refunded })
  const refunds = refunded.refunds.map((refund): Refund => {
    const isObsolete = refund.payNo === payment.payNo && refund.status === 'pending'
    return isObsolete ? { ...refund, status: 'failed', finishDate: now } : refund
  })
  const status = payment.receipt === 'booked' ? OrderStatus.refunded : order.status
  return { ...refunded, status, refunds }
}
