import type { MessageId, PayNo, RefundId } from '../../shared/identifiers.js'
import type { EpochMs } from '../../shared/ports/clock.js'
import { PayStatus } from '../../shared/status-codes.js'
import { type Order, requirePayment } from './order.js'
import { newPendingRefund, type RefundCause, refundableAmount, refundsOf } from './refund.js'

/** Causes that open a refund without an operator: the money did not pay the order. */
type AutomaticRefundCause = Extract<RefundCause, 'surplus' | 'late'>

const automaticRefundReasonByCause: Readonly<Record<AutomaticRefundCause, string>> = {
  surplus: 'paid twice',
  late: 'paid after the order was closed',
}

/** Time and ids of a decision about money, drawn before it in case they are needed. */
export interface DecisionFacts {
  readonly now: EpochMs
  readonly refundId: RefundId
  readonly messageId: MessageId
}

/**
 * The order with a refund of all that is left of a payment that did not pay it. The payment's own number makes the
 * refund number: one for each payment and cause, or one for each remainder.
 */
export function addAutomaticRefund(
  order: Order,
  payNo: PayNo,
  cause: AutomaticRefundCause,
  facts: DecisionFacts,
): Order {
  const payment = requirePayment(order, payNo)
  const amount = refundableAmount(payment, order.refunds)
  if (amount === 0) return order
  const earlier = refundsOf(payment, order.refunds).filter((refund) => refund.cause === cause).length
  const refund = newPendingRefund({
    id: facts.refundId,
    outRequestNo: earlier === 0 ? `${payNo}-${cause}` : `${payNo}-${cause}-${earlier + 1}`,
    orderId: order.id,
    payNo,
    amount,
    reason: automaticRefundReasonByCause[cause],
    cause,
    createDate: facts.now,
  })
  return { ...order, refunds: [...order.refunds, refund] }
}

/**
 * After a refund ended: a refund made elsewhere may have made ours too large, so that the gateway refused it. What is
 * left of a payment that did not pay the order is refunded then. A refund that was refused for another reason waits for
 * an operator.
 */
export function replaceTooLargeRefund(order: Order, payNo: PayNo, facts: DecisionFacts): Order {
  const payment = requirePayment(order, payNo)
  const { receipt, status } = payment
  if (status !== PayStatus.paid || (receipt !== 'surplus' && receipt !== 'late')) return order
  const left = refundableAmount(payment, order.refunds)
  const own = refundsOf(payment, order.refunds).filter(({ cause }) => cause === receipt)
  const isTooLarge = own.every((refund) => refund.status === 'failed' && refund.amount > left)
  return isTooLarge ? addAutomaticRefund(order, payNo, receipt, facts) : order
}
