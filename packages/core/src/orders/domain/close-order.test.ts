import { describe, expect, it } from 'vitest'
import { sampleId, sampleOrder, samplePayment } from '../../../testing/contracts/index.js'
import { payNo } from '../../shared/identifiers.js'
import { OrderStatus, PayStatus } from '../../shared/status-codes.js'
import { checkClosed, closeObsoletePayment, closeOrder, closePayments, unpaidPayments } from './close-order.js'
import type { Order } from './order.js'
import type { Payment } from './payment.js'

const order = sampleOrder()
const first = order.payments[0] as Payment
const second = samplePayment(order, 2)
const closedOne = samplePayment(order, 3, { status: PayStatus.closed })
const unpaid: Order = { ...order, payments: [first, second, closedOne] }
const statusesOf = ({ payments }: Order) => payments.map(({ status }) => status)
const { unpaid: open, closed } = PayStatus

describe('closing an unpaid order', () => {
  it('needs each open payment to be closed at the gateway', () => {
    expect(closeOrder(unpaid, new Set([first.payNo]))).toBeNull()
    expect(closeOrder(unpaid, new Set([second.payNo]))).toBeNull()
    const next = closeOrder(unpaid, new Set([first.payNo, second.payNo]))
    expect(next?.status).toBe(OrderStatus.closed)
    expect(next && statusesOf(next)).toEqual([closed, closed, closed])
  })

  it('needs nothing when no payment is open', () => {
    const next = closeOrder({ ...order, payments: [closedOne] }, new Set())
    expect(next).toEqual({ ...order, payments: [closedOne], status: OrderStatus.closed })
  })

  it.each([OrderStatus.paid, OrderStatus.closed, OrderStatus.refunded])('changes none in %s', (status) => {
    expect(closeOrder({ ...order, status }, new Set([first.payNo]))).toBeNull()
  })

  it('knows the payments that may still be paid', () => {
    expect(unpaidPayments(unpaid)).toEqual([first, second])
  })
})

describe('closing payments of an order that stays open', () => {
  it('closes those that nobody can pay any more', () => {
    const next = closePayments(unpaid, new Set([second.payNo, closedOne.payNo]))
    expect(statusesOf(next)).toEqual([open, closed, closed])
    expect(next.status).toBe(OrderStatus.unpaid)
  })

  it.each<[string, Order, ReadonlySet<Payment['payNo']>]>([
    ['none is named', unpaid, new Set()],
    ['the named one is closed already', unpaid, new Set([closedOne.payNo])],
    ['the order is not unpaid', { ...unpaid, status: OrderStatus.closed }, new Set([first.payNo])],
  ])('changes nothing when %s', (_, given, named) => {
    expect(closePayments(given, named)).toBe(given)
  })
})

describe('closing an obsolete payment', () => {
  it.each([OrderStatus.paid, OrderStatus.closed, OrderStatus.refunded])('closes one of an order in %s', (status) => {
    const next = closeObsoletePayment({ ...unpaid, status }, second)
    expect(statusesOf(next)).toEqual([open, closed, closed])
    expect(next.status).toBe(status)
  })

  it('leaves an unpaid order alone', () => expect(closeObsoletePayment(unpaid, second)).toBe(unpaid))

  it('leaves a number alone that the order does not know', () => {
    const paid = { ...unpaid, status: OrderStatus.paid }
    expect(closeObsoletePayment(paid, { payNo: payNo(sampleId(77)) })).toBe(paid)
  })

  it.each([PayStatus.paid, PayStatus.closed, PayStatus.refunded])('leaves a payment in %s alone', (status) => {
    const paid = { ...order, status: OrderStatus.paid, payments: [{ ...first, status }] }
    expect(closeObsoletePayment(paid, first)).toBe(paid)
  })
})

describe('an order that should be closed', () => {
  it.each([
    [OrderStatus.paid, 'order_already_paid', /Refund it instead/],
    [OrderStatus.refunded, 'order_already_refunded', /paid and refunded/],
    [OrderStatus.unpaid, 'state_conflict', /Close it again/],
  ] as const)('in %s is refused with %s', (status, code, sentence) => {
    expect(() => checkClosed({ status })).toThrow(expect.objectContaining({ code }))
    expect(() => checkClosed({ status })).toThrow(sentence)
  })

  it('is accepted once it is closed', () => {
    expect(() => checkClosed({ status: OrderStatus.closed })).not.toThrow()
  })
})
