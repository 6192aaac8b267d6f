import { describe, expect, it } from 'vitest'
import {
  SAMPLE_TIME,
  sampleId,
  sampleOrder,
  samplePayment,
  sampleReceipt,
  sampleRefund,
} from '../../../testing/contracts/index.js'
import { orderId, outBusinessId, payNo, payToken, userId } from '../../shared/identifiers.js'
import { fen } from '../../shared/money.js'
import { OrderStatus, PayStatus } from '../../shared/status-codes.js'
import { checkOrder } from './check-order.js'
import type { Order } from './order.js'
import type { Payment } from './payment.js'
import type { Refund, RefundStatus } from './refund.js'

const unpaid = sampleOrder()
const payment = unpaid.payments[0] as Payment
const booked = { ...payment, ...sampleReceipt() }
const surplus = samplePayment(unpaid, 2, sampleReceipt({ receipt: 'surplus' }))
const refundOf = (changes: Partial<Refund> = {}, count = 1) =>
  sampleRefund(payment, count, { amount: payment.totalPrice, ...changes })
const ended = refundOf({ status: 'succeeded', finishDate: SAMPLE_TIME })

/** An order that keeps every rule, in each of its states. */
const orders: Readonly<Record<OrderStatus, Order>> = {
  [OrderStatus.unpaid]: unpaid,
  [OrderStatus.closed]: { ...unpaid, status: OrderStatus.closed },
  [OrderStatus.paid]: { ...unpaid, status: OrderStatus.paid, payments: [booked] },
  [OrderStatus.refunded]: {
    ...unpaid,
    status: OrderStatus.refunded,
    payments: [{ ...booked, status: PayStatus.refunded }],
    refunds: [ended],
  },
}
const paid = orders[OrderStatus.paid]
const withSecond = (second: Payment, refunds: readonly Refund[] = []): Order => ({
  ...paid,
  payments: [booked, second],
  refunds,
})

const pairsOf = <Status>(all: readonly Status[]) => all.flatMap((from) => all.map((to) => [from, to] as const))

describe('the rules of a commit, of an order as it is', () => {
  it.each(Object.entries(orders))('an order in %s keeps them', (_, order) => {
    expect(checkOrder(order, order)).toBeNull()
  })

  it.each<[string, Order, string]>([
    [
      'two booked payments',
      withSecond({ ...surplus, receipt: 'booked' }),
      'an order must have one booked payment at most',
    ],
    [
      'a paid order without a booked payment',
      { ...unpaid, status: OrderStatus.paid },
      'an order must be paid or refunded exactly if',
    ],
    [
      'an unpaid order with a booked payment',
      { ...unpaid, payments: [booked] },
      'an order must be paid or refunded exactly if',
    ],
    [
      'a refunded order without one',
      { ...unpaid, status: OrderStatus.refunded },
      'an order must be paid or refunded exactly if',
    ],
    [
      'a refunded order whose payment is paid',
      { ...paid, status: OrderStatus.refunded },
      'an order must be refunded exactly if its booked payment is',
    ],
    [
      'a paid order whose payment is refunded',
      { ...orders[OrderStatus.refunded], status: OrderStatus.paid },
      'an order must be refunded exactly if its booked payment is',
    ],
    ['a paid payment without a receipt', withSecond({ ...surplus, receipt: null }), 'a payment must have a receipt'],
    [
      'an unpaid payment with a receipt',
      withSecond({ ...surplus, status: PayStatus.unpaid }),
      'a payment must have a receipt',
    ],
    [
      'refunds above what was paid',
      { ...orders[OrderStatus.refunded], refunds: [ended, refundOf({ status: 'succeeded', amount: fen(1) }, 2)] },
      'refunds must not exceed what was paid',
    ],
    [
      'a refund of an unpaid payment',
      withSecond(samplePayment(unpaid, 2), [sampleRefund(surplus)]),
      'a refund must belong to a payment whose money arrived',
    ],
    [
      'a payment that is refunded in part only',
      withSecond({ ...surplus, status: PayStatus.refunded }, [sampleRefund(surplus, 1, { status: 'succeeded' })]),
      'a payment must be refunded exactly if refunds cover all of it',
    ],
    [
      'a paid payment whose refunds cover all of it',
      withSecond(surplus, [sampleRefund(surplus, 1, { status: 'succeeded', amount: surplus.totalPrice })]),
      'a payment must be refunded exactly if refunds cover all of it',
    ],
    [
      'a refund of a payment that is none of the order’s',
      { ...paid, refunds: [refundOf({ payNo: payNo(sampleId(77)) })] },
      'a refund must belong to a payment of the same order',
    ],
  ])('%s breaks them', (_, order, sentence) => {
    expect(checkOrder(order, order)).toContain(sentence)
  })
})

describe('the rules of a commit, of a new order', () => {
  it.each(Object.values(orders))('only an unpaid one may be new: $status', (order) => {
    const expected = order === unpaid ? null : 'a new order must be unpaid and without refunds'
    expect(checkOrder(null, order)).toBe(expected)
  })
})

describe('the rules of a commit, of one payment beside another', () => {
  it('a new order has no refund, although its money is held', () => {
    const held = { ...payment, ...sampleReceipt({ receipt: 'held' }) }
    const order = { ...unpaid, payments: [held], refunds: [sampleRefund(held)] }
    expect(checkOrder(null, order)).toBe('a new order must be unpaid and without refunds')
  })

  it('an unpaid payment may stand beside a refund of the paid one', () => {
    const order = withSecond(samplePayment(unpaid, 2), [sampleRefund(payment)])
    expect(checkOrder(order, order)).toBeNull()
  })

  it('each payment has its own rest', () => {
    const ofFirst = refundOf()
    const ofSecond = sampleRefund(surplus, 2, { amount: surplus.totalPrice })
    expect(checkOrder(withSecond(surplus, [ofFirst]), withSecond(surplus, [ofFirst, ofSecond]))).toBeNull()
  })
})

describe('the rules of a commit, of a change', () => {
  const orderMoves = [
    [OrderStatus.unpaid, OrderStatus.paid],
    [OrderStatus.unpaid, OrderStatus.closed],
    [OrderStatus.closed, OrderStatus.unpaid],
    [OrderStatus.closed, OrderStatus.paid],
    [OrderStatus.paid, OrderStatus.refunded],
  ].map(String)
  it.each(pairsOf(Object.values(OrderStatus)))('an order from %s to %s', (from, to) => {
    const isAllowed = from === to || orderMoves.includes(String([from, to]))
    const broken = checkOrder(orders[from], orders[to])
    expect(broken).toBe(isAllowed ? null : `an order must not change from ${from} to ${to}`)
  })

  // A second payment beside the booked one, so that the order itself does not move.
  const refundOfSecond = sampleRefund(surplus, 3, { status: 'succeeded', amount: surplus.totalPrice })
  const seconds: Readonly<Record<PayStatus, Order>> = {
    [PayStatus.unpaid]: withSecond(samplePayment(unpaid, 2)),
    [PayStatus.closed]: withSecond(samplePayment(unpaid, 2, { status: PayStatus.closed })),
    [PayStatus.paid]: withSecond(surplus),
    [PayStatus.refunded]: withSecond({ ...surplus, status: PayStatus.refunded }, [refundOfSecond]),
  }
  const paymentMoves = [
    [PayStatus.unpaid, PayStatus.paid],
    [PayStatus.unpaid, PayStatus.closed],
    [PayStatus.closed, PayStatus.paid],
    [PayStatus.paid, PayStatus.refunded],
  ].map(String)
  it.each(pairsOf(Object.values(PayStatus)))('a payment from %s to %s', (from, to) => {
    const isAllowed = from === to || paymentMoves.includes(String([from, to]))
    const broken = checkOrder(seconds[from], seconds[to])
    expect(broken === null).toBe(isAllowed)
    if (!isAllowed) expect(broken).toBe(`payment ${surplus.payNo} must not change from ${from} to ${to}`)
  })

  const withRefund = (status: RefundStatus): Order => ({ ...paid, refunds: [sampleRefund(payment, 1, { status })] })
  const refundMoves = ['pending,succeeded', 'pending,failed', 'failed,pending', 'failed,succeeded']
  it.each(pairsOf(['pending', 'failed', 'succeeded'] as const))('a refund from %s to %s', (from, to) => {
    const isAllowed = from === to || refundMoves.includes(`${from},${to}`)
    const broken = checkOrder(withRefund(from), withRefund(to))
    expect(broken === null).toBe(isAllowed)
    if (!isAllowed)
      expect(broken).toBe(`refund ${sampleRefund(payment).outRequestNo} must not change from ${from} to ${to}`)
  })

  it.each<[string, Partial<Order>]>([
    ['id', { id: orderId(sampleId(9)) }],
    ['outBusinessId', { outBusinessId: outBusinessId('other') }],
    ['orderType', { orderType: '60202' }],
    ['userId', { userId: userId('other') }],
    ['totalPrice', { totalPrice: fen(1) }],
    ['orderDetail', { orderDetail: '[]' }],
    ['createDate', { createDate: 1 }],
  ])('the %s of an order is frozen', (_, change) => {
    expect(checkOrder(paid, { ...paid, ...change })).toBe('a frozen member of the order must not change')
  })

  it.each<[string, Partial<Payment>]>([
    ['orderId', { orderId: orderId(sampleId(9)) }],
    ['userId', { userId: userId('other') }],
    ['token', { token: payToken('AAAAAAAAAAAAAAAAAAAAAA') }],
    ['totalPrice', { totalPrice: fen(9_901) }],
    ['orderName', { orderName: 'other' }],
    ['createDate', { createDate: 1 }],
    ['expireDate', { expireDate: 1 }],
  ])('the %s of a payment is frozen', (_, change) => {
    const after = { ...paid, payments: [{ ...booked, ...change }] }
    expect(checkOrder(paid, after)).toBe(`a frozen member of payment ${payment.payNo} must not change`)
  })

  it.each<[string, Partial<Refund>]>([
    ['payNo', { payNo: surplus.payNo }],
    ['outRequestNo', { outRequestNo: 'other' }],
    ['orderId', { orderId: orderId(sampleId(9)) }],
    ['amount', { amount: fen(99) }],
    ['cause', { cause: 'surplus' }],
    ['createDate', { createDate: 1 }],
  ])('the %s of a refund is frozen', (_, change) => {
    const refund = sampleRefund(payment)
    const broken = checkOrder(withSecond(surplus, [refund]), withSecond(surplus, [{ ...refund, ...change }]))
    expect(broken).toBe(`a frozen member of refund ${refund.outRequestNo} must not change`)
  })

  it('a payment and a refund never disappear', () => {
    const refund = sampleRefund(payment)
    expect(checkOrder(withSecond(surplus), paid)).toBe(`payment ${surplus.payNo} must not disappear`)
    expect(checkOrder({ ...paid, refunds: [refund] }, paid)).toBe(`refund ${refund.outRequestNo} must not disappear`)
  })

  it.each([
    ['held', 'late', true],
    ['held', 'held', true],
    ['late', 'held', false],
    ['surplus', 'late', false],
  ] as const)('a receipt from %s to %s', (from, to, isAllowed) => {
    const broken = checkOrder(withSecond({ ...surplus, receipt: from }), withSecond({ ...surplus, receipt: to }))
    expect(broken).toBe(isAllowed ? null : `the receipt of payment ${surplus.payNo} must not change`)
  })
})

describe('the rules of a commit, of a refund that becomes pending', () => {
  const price = payment.totalPrice
  const pending = (amount: number, count = 1, changes: Partial<Refund> = {}) =>
    sampleRefund(payment, count, { amount: fen(amount), ...changes })
  const tooLarge = (refund: Refund) => `refund ${refund.outRequestNo} must not exceed what is left of its payment`

  it('it may take all that is left, and not a fen more', () => {
    const other = pending(1, 2)
    const before = { ...paid, refunds: [other] }
    const whole = pending(price - 1)
    const more = pending(price)
    expect(checkOrder(before, { ...paid, refunds: [other, whole] })).toBeNull()
    expect(checkOrder(before, { ...paid, refunds: [other, more] })).toBe(tooLarge(more))
  })

  it('what a failed refund had asked for is left', () => {
    const failed = pending(price, 2, { status: 'failed' })
    expect(checkOrder({ ...paid, refunds: [failed] }, { ...paid, refunds: [failed, pending(price)] })).toBeNull()
  })

  it('a failed one that is tried again is held to the same', () => {
    const failed = pending(price, 1, { status: 'failed' })
    const other = pending(1, 2)
    const before = { ...paid, refunds: [failed, other] }
    const again = { ...failed, status: 'pending' as const }
    expect(checkOrder(before, { ...paid, refunds: [again, other] })).toBe(tooLarge(again))
  })

  it('one that was pending before may overlap a refund that was made elsewhere', () => {
    const ours = pending(price)
    const elsewhere = pending(1, 2, { cause: 'external', status: 'succeeded' })
    expect(checkOrder({ ...paid, refunds: [ours] }, { ...paid, refunds: [ours, elsewhere] })).toBeNull()
  })

  it('one made elsewhere is never pending', () => {
    const elsewhere = pending(1, 1, { cause: 'external' })
    const broken = checkOrder(paid, { ...paid, refunds: [elsewhere] })
    expect(broken).toBe('an external refund must have succeeded before it is booked')
  })

  it('one number stands for one refund of a payment, and may stand for one of another', () => {
    const twice = [pending(1), pending(1, 2, { outRequestNo: pending(1).outRequestNo })]
    expect(checkOrder(paid, { ...paid, refunds: twice })).toBe('a refund number must belong to one refund')
    const ofTwo = [pending(1), sampleRefund(surplus, 2, { outRequestNo: pending(1).outRequestNo })]
    expect(checkOrder(withSecond(surplus), withSecond(surplus, ofTwo))).toBeNull()
  })
})
