import { CheckoutError } from '../../shared/checkout-error.js'
import type { OrderLine } from '../../shared/goods.js'
import type { OrderId, OutBusinessId, PayNo, UserId } from '../../shared/identifiers.js'
import type { Fen } from '../../shared/money.js'
import type { EpochMs } from '../../shared/ports/clock.js'
import type { OrderStatus, OrderType } from '../../shared/status-codes.js'
import type { Payment } from './payment.js'
import type { Refund } from './refund.js'

/** What a buyer asks for, checked for form. Names are the seed's `AddOrderDto`. */
export interface OrderRequest {
  readonly outBusinessId: OutBusinessId
  readonly orderType: OrderType
  readonly totalPrice: Fen
  readonly orderName: string
  readonly orderDescrip: string | null
  /** The goods as JSON text; `readOrderDetail` reads them. They are written once and are no part of decisions. */
  readonly orderDetail: string
  readonly goods: readonly OrderLine[]
}

/**
 * The aggregate: an order with its payments and refunds. There is one for each `orderType` and `outBusinessId`, however
 * often it is asked for. Domain functions take it and return the next one; nothing is changed in place.
 */
export interface Order extends Omit<OrderRequest, 'goods'> {
  readonly id: OrderId
  readonly userId: UserId
  readonly status: OrderStatus
  readonly createDate: EpochMs
  /** Unpaid after this moment, the order is closed. A new payment moves it. */
  readonly expireDate: EpochMs
  /** The optimistic lock: a commit raises it by one. 1 for a new order. */
  readonly version: number
  /** Oldest first. */
  readonly payments: readonly Payment[]
  /** Oldest first. */
  readonly refunds: readonly Refund[]
}

export const findPayment = (order: Order, payNo: PayNo): Payment | null =>
  order.payments.find((payment) => payment.payNo === payNo) ?? null

export const paymentNotFoundError = () =>
  new CheckoutError('pay_record_not_found', 'There is no such payment. Check its number.')

export const orderNotFoundError = () =>
  new CheckoutError('order_not_found', 'There is no such order. Check its number.')

/** Throws `pay_record_not_found`. */
export function requirePayment(order: Order, payNo: PayNo): Payment {
  const payment = findPayment(order, payNo)
  if (payment === null) throw paymentNotFoundError()
  return payment
}

export const bookedPayment = (order: Order): Payment | null =>
  order.payments.find(({ receipt }) => receipt === 'booked') ?? null

export const changePayment = (order: Order, payNo: PayNo, change: Partial<Payment>): Order => ({
  ...order,
  payments: order.payments.map((payment) => (payment.payNo === payNo ? { ...payment, ...change } : payment)),
})

export const changeRefund = (order: Order, { id }: Pick<Refund, 'id'>, change: Partial<Refund>): Order => ({
  ...order,
  refunds: order.refunds.map((refund) => (refund.id === id ? { ...refund, ...change } : refund)),
})

/** A refund number names one refund of one payment. */
export const findRefund = (order: Order, payNo: PayNo, outRequestNo: string): Refund | null =>
  order.refunds.find((refund) => refund.payNo === payNo && refund.outRequestNo === outRequestNo) ?? null
