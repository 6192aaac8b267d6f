import { OrderStatus, PayStatus } from '../../shared/status-codes.js'
import type { Order } from './order.js'
import type { Payment } from './payment.js'
import { type Refund, type RefundStatus, refundableAmount, refundedAmount } from './refund.js'

const orderTransitions: Readonly<Record<OrderStatus, readonly OrderStatus[]>> = {
  [OrderStatus.unpaid]: [OrderStatus.paid, OrderStatus.closed],
  [OrderStatus.closed]: [OrderStatus.unpaid, OrderStatus.paid],
  [OrderStatus.paid]: [OrderStatus.refunded],
  [OrderStatus.refunded]: [],
}

const paymentTransitions: Readonly<Record<PayStatus, readonly PayStatus[]>> = {
  [PayStatus.unpaid]: [PayStatus.paid, PayStatus.closed],
  [PayStatus.closed]: [PayStatus.paid],
  [PayStatus.paid]: [PayStatus.refunded],
  [PayStatus.refunded]: [],
}

const refundTransitions: Readonly<Record<RefundStatus, readonly RefundStatus[]>> = {
  pending: ['succeeded', 'failed'],
  failed: ['pending', 'succeeded'],
  succeeded: [],
}

/** Members that are frozen once stored: what was signed, what was promised, who owns it. */
const frozenPaymentMembers = [
  'orderId',
  'userId',
  'token',
  'totalPrice',
  'orderName',
  'createDate',
  'expireDate',
] as const
const frozenRefundMembers = ['payNo', 'outRequestNo', 'orderId', 'amount', 'cause', 'createDate'] as const
const frozenOrderMembers = [
  'id',
  'outBusinessId',
  'orderType',
  'userId',
  'totalPrice',
  'orderDetail',
  'createDate',
] as const

/**
 * The rules that every commit keeps. Null when they hold, else the rule that is broken. The tests, the
 * simulation and production use this same function.
 */
export function checkOrder(before: Order | null, after: Order): string | null {
  return orderStateViolation(after) ?? (before === null ? newOrderViolation(after) : transitionViolation(before, after))
}

function orderStateViolation(order: Order): string | null {
  const booked = order.payments.filter(({ receipt }) => receipt === 'booked')
  if (booked.length > 1) return 'an order must have one booked payment at most'
  const isPaid = order.status === OrderStatus.paid || order.status === OrderStatus.refunded
  if (isPaid !== (booked.length === 1)) return 'an order must be paid or refunded exactly if one payment is booked'
  const isRefunded = booked[0]?.status === PayStatus.refunded
  if (isRefunded !== (order.status === OrderStatus.refunded))
    return 'an order must be refunded exactly if its booked payment is'
  for (const payment of order.payments) {
    const broken = paymentViolation(payment, order.refunds)
    if (broken !== null) return `payment ${payment.payNo}: ${broken}`
  }
  const known = new Set(order.payments.map(({ payNo }) => payNo))
  if (order.refunds.some(({ payNo }) => !known.has(payNo))) return 'a refund must belong to a payment of the same order'
  return null
}

function paymentViolation(payment: Payment, refunds: readonly Refund[]): string | null {
  const received = payment.status === PayStatus.paid || payment.status === PayStatus.refunded
  if (received !== (payment.receipt !== null)) return 'a payment must have a receipt exactly if its money arrived'
  const refunded = refundedAmount(payment, refunds)
  if (refunded > payment.totalPrice) return 'refunds must not exceed what was paid'
  if (!received && refunds.some(({ payNo }) => payNo === payment.payNo))
    return 'a refund must belong to a payment whose money arrived'
  if ((payment.status === PayStatus.refunded) !== (received && refunded === payment.totalPrice)) {
    return 'a payment must be refunded exactly if refunds cover all of it'
  }
  return null
}

const newOrderViolation = (order: Order): string | null =>
  order.status === OrderStatus.unpaid && order.refunds.length === 0
    ? null
    : 'a new order must be unpaid and without refunds'

function transitionViolation(before: Order, after: Order): string | null {
  if (!areMembersUnchanged(before, after, frozenOrderMembers)) return 'a frozen member of the order must not change'
  if (before.status !== after.status && !orderTransitions[before.status].includes(after.status)) {
    return `an order must not change from ${before.status} to ${after.status}`
  }
  return paymentChangesViolation(before, after) ?? refundChangesViolation(before, after)
}

function paymentChangesViolation(before: Order, after: Order): string | null {
  const next = new Map(after.payments.map((payment) => [payment.payNo, payment]))
  for (const old of before.payments) {
    const now = next.get(old.payNo)
    if (now === undefined) return `payment ${old.payNo} must not disappear`
    if (!areMembersUnchanged(old, now, frozenPaymentMembers))
      return `a frozen member of payment ${old.payNo} must not change`
    if (old.status !== now.status && !paymentTransitions[old.status].includes(now.status)) {
      return `payment ${old.payNo} must not change from ${old.status} to ${now.status}`
    }
    if (old.receipt !== null && old.receipt !== now.receipt && old.receipt !== 'held') {
      return `the receipt of payment ${old.payNo} must not change`
    }
  }
  return null
}

function refundChangesViolation(before: Order, after: Order): string | null {
  const next = new Map(after.refunds.map((refund) => [refund.id, refund]))
  for (const old of before.refunds) {
    const now = next.get(old.id)
    if (now === undefined) return `refund ${old.outRequestNo} must not disappear`
    if (!areMembersUnchanged(old, now, frozenRefundMembers))
      return `a frozen member of refund ${old.outRequestNo} must not change`
    if (old.status !== now.status && !refundTransitions[old.status].includes(now.status)) {
      return `refund ${old.outRequestNo} must not change from ${old.status} to ${now.status}`
    }
  }
  return newRefundsViolation(before, after)
}

/** A refund of ours that becomes pending fits into what is left. One made elsewhere is a fact, and may overlap it. */
function newRefundsViolation(before: Order, after: Order): string | null {
  const wasPending = new Set(before.refunds.filter(({ status }) => status === 'pending').map(({ id }) => id))
  for (const refund of after.refunds) {
    if (refund.status !== 'pending' || wasPending.has(refund.id)) continue
    if (refund.cause === 'external') return 'an external refund must have succeeded before it is booked'
    const payment = after.payments.find(({ payNo }) => payNo === refund.payNo)
    const others = after.refunds.filter(({ id }) => id !== refund.id)
    if (payment === undefined || refund.amount > refundableAmount(payment, others)) {
      return `refund ${refund.outRequestNo} must not exceed what is left of its payment`
    }
  }
  const numbers = after.refunds.map(({ payNo, outRequestNo }) => `${payNo}/${outRequestNo}`)
  return new Set(numbers).size === numbers.length ? null : 'a refund number must belong to one refund'
}

const areMembersUnchanged = <Part extends object>(old: Part, now: Part, members: readonly (keyof Part)[]): boolean =>
  members.every((member) => old[member] === now[member])
