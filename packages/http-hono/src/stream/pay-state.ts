import {
  type Actor,
  type Order,
  type OrderService,
  OrderStatus,
  type Payment,
  type PayNo,
  PayStatus,
} from '@coursepay/core'

/** One payment and the status of its order: another payment may pay the order. */
export interface PaymentWithOrderStatus {
  readonly payment: Payment
  readonly orderStatus: OrderStatus
}

export const isFinal = ({ payment, orderStatus }: PaymentWithOrderStatus): boolean =>
  payment.status !== PayStatus.unpaid || orderStatus !== OrderStatus.unpaid

/** Queries the gateway if it is due, then reads. Errors: those of `queryPayResult`. */
export async function queryPaymentWithOrderStatus(
  orders: OrderService,
  payNo: PayNo,
  actor: Actor,
): Promise<PaymentWithOrderStatus> {
  return readPaymentWithOrderStatus(orders, await orders.queryPayResult(payNo, actor), actor)
}

/** What is stored, without a query. */
export async function readPaymentWithOrderStatus(
  orders: OrderService,
  payment: Payment,
  actor: Actor,
): Promise<PaymentWithOrderStatus> {
  const order = await orders.getOrder(payment.orderId, actor)
  return { payment: storedPaymentOrGiven(order, payment), orderStatus: order.status }
}

const storedPaymentOrGiven = ({ payments }: Order, payment: Payment): Payment =>
  payments.find(({ payNo }) => payNo === payment.payNo) ?? payment
