import { CheckoutError } from '../../shared/checkout-error.js'
import type { PayNo } from '../../shared/identifiers.js'
import { OrderStatus, PayStatus } from '../../shared/status-codes.js'
import { changePayment, findPayment, type Order } from './order.js'
import { isUnpaid, type Payment } from './payment.js'

export const unpaidPayments = (order: Order): Payment[] => order.payments.filter(isUnpaid)

/**
 * Closes an unpaid order with its unpaid payments. Nobody can pay those in `closedAtGateway` any more. Null when the
 * order is not unpaid, or another payment is: its trade must be closed first.
 */
export function closeOrder(order: Order, closedAtGateway: ReadonlySet<PayNo>): Order | null {
  if (order.status !== OrderStatus.unpaid) return null
  if (unpaidPayments(order).some(({ payNo }) => !closedAtGateway.has(payNo))) return null
  return { ...closePayments(order, closedAtGateway), status: OrderStatus.closed }
}

/** Closes those of an unpaid order's payments that nobody can pay at the gateway any more; the order stays open. */
export function closePayments(order: Order, closedAtGateway: ReadonlySet<PayNo>): Order {
  const isClosedAtGateway = (payment: Payment) => isUnpaid(payment) && closedAtGateway.has(payment.payNo)
  if (order.status !== OrderStatus.unpaid || !order.payments.some(isClosedAtGateway)) return order
  const payments = order.payments.map((payment) =>
    isClosedAtGateway(payment) ? { ...payment, status: PayStatus.closed } : payment,
  )
  return { ...order, payments }
}

/**
 * Closes an open payment of an order that was paid by another one, or closed. Its trade was closed at the gateway
 * first.
 */
export function closeObsoletePayment(order: Order, { payNo }: Pick<Payment, 'payNo'>): Order {
  const payment = findPayment(order, payNo)
  if (payment === null || !isUnpaid(payment) || order.status === OrderStatus.unpaid) return order
  return changePayment(order, payNo, { status: PayStatus.closed })
}

/** Throws `order_already_paid`, `order_already_refunded` or `state_conflict` for an order that is not closed. */
export function checkClosed({ status }: Pick<Order, 'status'>): void {
  switch (status) {
    case OrderStatus.closed:
      return
    case OrderStatus.paid:
      throw new CheckoutError('order_already_paid', 'This order is paid and cannot be closed. Refund it instead.')
    case OrderStatus.refunded:
      throw new CheckoutError('order_already_refunded', 'This order was paid and refunded. There is nothing to close.')
    case OrderStatus.unpaid:
      throw new CheckoutError('state_conflict', 'A new payment of this order was added. Close it again.')
  }
}
