import { describe, expect, it } from 'vitest'
import { sampleOrder, samplePayment, sampleRefund } from '../../../testing/contracts/index.js'
import { OrderStatus, PayStatus } from '../../shared/status-codes.js'
import { buyerPaymentStatus } from './buyer-payment-status.js'
import { checkPayable } from './payment.js'

const payment = samplePayment(sampleOrder())
const { unpaid, paid, refunded, closed } = PayStatus
const [before, at] = [payment.expireDate - 1, payment.expireDate]

describe('checkPayable', () => {
  it('lets an unpaid payment of an unpaid order be paid in its time', () => {
    expect(() => checkPayable(payment, OrderStatus.unpaid, before)).not.toThrow()
  })

  // payment, order, moment, what the buyer reads
  it.each([
    [paid, OrderStatus.unpaid, before, 'order_already_paid'],
    [unpaid, OrderStatus.paid, before, 'order_already_paid'],
    [closed, OrderStatus.paid, at, 'order_already_paid'],
    [refunded, OrderStatus.unpaid, before, 'order_already_refunded'],
    [unpaid, OrderStatus.refunded, before, 'order_already_refunded'],
    [refunded, OrderStatus.paid, at, 'order_already_refunded'],
    [unpaid, OrderStatus.unpaid, at, 'pay_record_expired'],
    [closed, OrderStatus.closed, at, 'pay_record_expired'],
    [closed, OrderStatus.unpaid, before, 'order_closed'],
    [unpaid, OrderStatus.closed, before, 'order_closed'],
  ])('refuses a payment in state %s of an order in state %s at %i with %s', (status, orderStatus, now, code) => {
    const check = () => checkPayable({ ...payment, status }, orderStatus, now)
    expect(check).toThrow(expect.objectContaining({ code }))
  })

  it.each([
    [paid, OrderStatus.paid, before, 'This order is paid already. There is no need to pay again.'],
    [refunded, OrderStatus.refunded, before, 'This order was paid and refunded. Choose again to buy again.'],
    [unpaid, OrderStatus.unpaid, at, 'This payment code has expired. Request a new one.'],
    [unpaid, OrderStatus.closed, before, 'This order is closed. Request a new payment code.'],
  ])('tells the buyer of a payment in state %s of an order in state %s at %i: %s', (status, orderStatus, now, text) => {
    expect(() => checkPayable({ ...payment, status }, orderStatus, now)).toThrow(text)
  })
})

describe('buyerPaymentStatus', () => {
  // payment, what became of its money, order, moment, what the buyer reads
  it.each([
    [unpaid, null, OrderStatus.unpaid, before, 'open'],
    [unpaid, null, OrderStatus.unpaid, at, 'expired'],
    [closed, null, OrderStatus.unpaid, before, 'closed'],
    [unpaid, null, OrderStatus.closed, before, 'closed'],
    [paid, 'booked', OrderStatus.paid, at, 'paid'],
    [closed, null, OrderStatus.paid, before, 'paid'],
    [paid, 'surplus', OrderStatus.paid, before, 'refunding'],
    [paid, 'late', OrderStatus.closed, at, 'refunding'],
    [paid, 'held', OrderStatus.closed, at, 'held'],
    [paid, 'held', OrderStatus.paid, at, 'held'],
    [refunded, 'booked', OrderStatus.refunded, at, 'refunded'],
    [refunded, 'surplus', OrderStatus.paid, at, 'refunded'],
    [refunded, 'held', OrderStatus.closed, at, 'refunded'],
    [closed, null, OrderStatus.refunded, at, 'refunded'],
  ] as const)('of a payment %s (%s) of an order %s at %i is %s', (status, receipt, orderStatus, now, expected) => {
    expect(buyerPaymentStatus({ ...payment, status, receipt }, orderStatus, now)).toBe(expected)
  })

  it.each([
    [['failed'], 'refund_failed'],
    [['failed', 'pending'], 'refunding'],
    [['pending'], 'refunding'],
    [[], 'refunding'],
  ] as const)('of surplus money with refunds %j is %s', (states, expected) => {
    const refunds = states.map((status, count) => sampleRefund(payment, count, { status }))
    const foreign = sampleRefund({ ...payment, payNo: samplePayment(sampleOrder(), 2).payNo }, 9, { status: 'failed' })
    const surplus = { ...payment, status: paid, receipt: 'surplus' as const }
    expect(buyerPaymentStatus(surplus, OrderStatus.paid, before, [...refunds, foreign])).toBe(expected)
  })
})
