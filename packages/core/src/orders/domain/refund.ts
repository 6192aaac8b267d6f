import { CheckoutError } from '../../shared/checkout-error.js'
import type { OrderId, PayNo, RefundId } from '../../shared/identifiers.js'
import { addFen, type Fen, fen } from '../../shared/money.js'
import type { EpochMs } from '../../shared/ports/clock.js'
import { OrderStatus, PayStatus } from '../../shared/status-codes.js'
import type { Order } from './order.js'
import type { PayRecord } from './pay-record.js'

/** Why money goes back: a second payment, one after the order was closed, or an operator's word. */
export type RefundCause = 'surplus' | 'late' | 'operator'

/** `pending` also while the outcome of a call is unknown; `failed` only on the gateway's definite no. */
export type RefundStatus = 'pending' | 'succeeded' | 'failed'

/** Money to be given back. Its number is stored before the gateway is called, and every try uses the same. */
export interface Refund {
  readonly id: RefundId
  /** Idempotency key at the gateway (Alipay's `out_request_no`). */
  readonly outRequestNo: string
  readonly orderId: OrderId
  readonly payNo: PayNo
  readonly amount: Fen
  readonly reason: string
  readonly cause: RefundCause
  readonly status: RefundStatus
  readonly createDate: EpochMs
  readonly finishDate: EpochMs | null
}

/** What an operator asks for. `amount` null: all that is left; `outRequestNo` null: a new number. */
export interface RefundRequest {
  readonly amount: Fen | null
  readonly reason: string
  readonly outRequestNo: string | null
}

/** The attempt that paid the order. Throws `order_not_paid`, also for an order that was closed unpaid. */
export function bookedPayment(order: Order, payRecords: readonly PayRecord[]): PayRecord {
  const booked = payRecords.find(({ receipt }) => receipt === 'booked')
  const paid = order.status === OrderStatus.paid || order.status === OrderStatus.refunded
  if (booked === undefined || !paid) throw new CheckoutError('order_not_paid', 'This order is not paid.')
  return booked
}

/** What is still to be given back of a payment: what was paid, less all refunds of it that did not fail. */
export function restOf(payment: PayRecord, refunds: readonly Refund[]): Fen {
  const given = refunds.filter(({ payNo, status }) => payNo === payment.payNo && status !== 'failed')
  return fen(payment.totalPrice - addFen(...given.map(({ amount }) => amount)))
}

/** True when refunds that succeeded give back all of a payment. */
export function isGivenBack(payment: PayRecord, refunds: readonly Refund[]): boolean {
  const succeeded = refunds.filter(({ payNo, status }) => payNo === payment.payNo && status === 'succeeded')
  return payment.status === PayStatus.paid && addFen(...succeeded.map(({ amount }) => amount)) === payment.totalPrice
}

/**
 * A refund as an operator asked for it. Throws `order_already_refunded` when nothing is left, `refund_too_large` for more than was
 * paid, `refund_exceeds_rest` for more than is left, `invalid_amount` for nothing at all.
 */
export function newRefund(facts: {
  readonly id: RefundId
  readonly payment: PayRecord
  readonly refunds: readonly Refund[]
  readonly request: RefundRequest
  readonly now: EpochMs
}): Refund {
  const { id, payment, refunds, request, now } = facts
  const rest = restOf(payment, refunds)
  if (rest === 0) throw new CheckoutError('order_already_refunded', 'All of this payment was given back.')
  const amount = request.amount ?? rest
  if (amount === 0) throw new CheckoutError('invalid_amount', 'A refund is at least 0.01.')
  if (amount > payment.totalPrice) throw new CheckoutError('refund_too_large', 'This is more than was paid.')
  if (amount > rest) throw exceedsRest()
  return {
    id,
    outRequestNo: request.outRequestNo ?? id,
    orderId: payment.orderId,
    payNo: payment.payNo,
    amount,
    reason: request.reason,
    cause: 'operator',
    status: 'pending',
    createDate: now,
    finishDate: null,
  }
}

export const exceedsRest = () =>
  new CheckoutError('refund_exceeds_rest', 'This is more than is left of the payment to give back.')

/** A number that was used before stands for the refund it was used for. Throws `refund_conflict` for another amount. */
export function checkSameRefund(known: Refund, { amount }: RefundRequest): void {
  if (amount !== null && amount !== known.amount) {
    throw new CheckoutError('refund_conflict', 'This refund number was used for another amount.')
  }
}
