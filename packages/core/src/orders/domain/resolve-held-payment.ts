import { CheckoutError } from '../../shared/checkout-error.js'
import type { PayNo } from '../../shared/identifiers.js'
import { OrderStatus, PayStatus } from '../../shared/status-codes.js'
import { addAutomaticRefund, type DecisionFacts } from './automatic-refund.js'
import { changePayment, type Order, requirePayment } from './order.js'
import { bookRecordedPayment, type Settlement } from './settle-payment.js'

/** What an operator decides about held money: it pays the order after all, or it is refunded. */
export type HeldDecision = 'fulfil' | 'refund'

/**
 * Ends held money. Throws `pay_record_not_found`, `payment_not_held`, and `order_already_paid` for `fulfil` when
 * another payment paid the order meanwhile.
 */
export function resolveHeldPayment(
  order: Order,
  payNo: PayNo,
  decision: HeldDecision,
  facts: DecisionFacts,
): Settlement {
  const payment = requirePayment(order, payNo)
  if (payment.receipt !== 'held' || payment.status !== PayStatus.paid) {
    throw new CheckoutError('payment_not_held', 'No money of this payment is held, so there is nothing to decide.')
  }
  if (decision === 'refund') {
    const late = changePayment(order, payNo, { receipt: 'late' })
    return { verdict: 'late', order: addAutomaticRefund(late, payNo, 'late', facts), messages: [] }
  }
  if (order.status === OrderStatus.paid || order.status === OrderStatus.refunded) {
    throw new CheckoutError('order_already_paid', 'Another payment paid this order. Refund the held money.')
  }
  return bookRecordedPayment(order, payment, facts.messageId)
}
