import { CheckoutError } from '../../shared/checkout-error.js'
import type { RefundId } from '../../shared/identifiers.js'
import type { EpochMs } from '../../shared/ports/clock.js'
import { bookedPayment, changeRefund, type Order, requirePayment } from './order.js'
import type { Payment } from './payment.js'
import { newPendingRefund, type Refund, type RefundRequest, refundableAmount } from './refund.js'

export interface OpenedRefund {
  readonly order: Order
  readonly refund: Refund
  /** True when the refund is to be sent to the gateway now; false for one that is known already. */
  readonly isNew: boolean
}

/**
 * Opens a refund on an operator's word, of the payment that paid the order. A known `outRequestNo` stands for its
 * refund, of whatever payment; one that failed becomes pending again under the same number. Throws `order_not_paid`,
 * `order_already_refunded`, `invalid_amount`, `refund_too_large`, `refund_exceeds_rest`, `refund_conflict`.
 */
export function openRefund(
  order: Order,
  request: RefundRequest,
  { id, now }: { readonly id: RefundId; readonly now: EpochMs },
): OpenedRefund {
  const known = order.refunds.find((refund) => refund.id === id || refund.outRequestNo === request.outRequestNo)
  if (known !== undefined) return repeatRefund(order, known, request)
  const payment = bookedPayment(order)
  if (payment === null)
    throw new CheckoutError('order_not_paid', 'This order is not paid, so there is nothing to refund.')
  const refund = newPendingRefund({
    id,
    outRequestNo: request.outRequestNo ?? id,
    orderId: order.id,
    payNo: payment.payNo,
    amount: checkedRefundAmount(request, payment, order.refunds),
    reason: request.reason,
    cause: 'operator',
    createDate: now,
  })
  return { order: { ...order, refunds: [...order.refunds, refund] }, refund, isNew: true }
}

function checkedRefundAmount(request: RefundRequest, payment: Payment, refunds: readonly Refund[]): Refund['amount'] {
  const refundable = refundableAmount(payment, refunds)
  if (refundable === 0)
    throw new CheckoutError(
      'order_already_refunded',
      'This payment was refunded in full already. Nothing is left to refund.',
    )
  const amount = request.amount ?? refundable
  if (amount === 0) throw new CheckoutError('invalid_amount', 'A refund must be at least 0.01.')
  if (amount > payment.totalPrice)
    throw new CheckoutError('refund_too_large', 'The amount exceeds what was paid. Refund that much at most.')
  if (amount > refundable) throw refundExceedsBalanceError()
  return amount
}

function repeatRefund(order: Order, known: Refund, { amount }: RefundRequest): OpenedRefund {
  if (amount !== null && amount !== known.amount) {
    throw new CheckoutError('refund_conflict', 'This outRequestNo was used for another amount. Use a new number.')
  }
  if (known.status !== 'failed') return { order, refund: known, isNew: false }
  if (known.amount > refundableAmount(requirePayment(order, known.payNo), order.refunds))
    throw refundExceedsBalanceError()
  const refund: Refund = { ...known, status: 'pending', finishDate: null }
  return { order: changeRefund(order, known, refund), refund, isNew: true }
}

const refundExceedsBalanceError = () =>
  new CheckoutError(
    'refund_exceeds_rest',
    'The amount exceeds what is left to refund. Refund less, or wait for pending refunds.',
  )
