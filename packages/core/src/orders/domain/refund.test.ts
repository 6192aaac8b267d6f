import { describe, expect, it } from 'vitest'
import {
  SAMPLE_TIME,
  sampleId,
  samplePaidOrder,
  samplePayment,
  sampleReceipt,
  sampleRefund,
} from '../../../testing/contracts/index.js'
import { messageId, refundId } from '../../shared/identifiers.js'
import { type Fen, fen } from '../../shared/money.js'
import { MessageType, OrderStatus, PayStatus } from '../../shared/status-codes.js'
import { addAutomaticRefund, replaceTooLargeRefund } from './automatic-refund.js'
import { bookExternalRefund, finishRefund } from './finish-refund.js'
import { openRefund } from './open-refund.js'
import type { Order } from './order.js'
import type { Payment } from './payment.js'
import { externalRemainderRefundNo, isPlaceholderRefundNo, placeholderRefundNoFromSum, type Refund } from './refund.js'

const now = SAMPLE_TIME + 90_000
const id = refundId(sampleId(501))
const facts = { refundId: id, messageId: messageId(sampleId(601)), now }
const paid = samplePaidOrder()
const payment = paid.payments[0] as Payment
const price = payment.totalPrice
const surplus = samplePayment(paid, 2, sampleReceipt({ receipt: 'surplus' }))
const refundOf = (amount: number, changes: Partial<Refund> = {}, count = 1): Refund =>
  sampleRefund(payment, count, { amount: fen(amount), ...changes })
const withRefunds = (...refunds: readonly Refund[]): Order => ({ ...paid, refunds })
const requestOf = (amount: Fen | null, outRequestNo: string | null = null) => ({ amount, reason: 'why', outRequestNo })
const refusal = (code: string) => expect.objectContaining({ code })

describe('an operator opens a refund', () => {
  const open = (order: Order, request = requestOf(null)) => openRefund(order, request, { id, now })

  it('of all that is left, under a new number', () => {
    const refund: Refund = {
      id,
      outRequestNo: id,
      orderId: paid.id,
      payNo: payment.payNo,
      amount: fen(price - 30),
      reason: 'why',
      cause: 'operator',
      status: 'pending',
      createDate: now,
      finishDate: null,
    }
    const earlier = refundOf(30)
    expect(open(withRefunds(earlier))).toEqual({ order: withRefunds(earlier, refund), refund, isNew: true })
  })

  it('of an amount, under a number of its own', () => {
    const { refund } = open(paid, requestOf(fen(1), 'R-1'))
    expect([refund.amount, refund.outRequestNo]).toEqual([1, 'R-1'])
  })

  it('of exactly what is left, and of not a fen more', () => {
    const order = withRefunds(refundOf(30))
    expect(open(order, requestOf(fen(price - 30))).refund.amount).toBe(price - 30)
    expect(() => open(order, requestOf(fen(price - 29)))).toThrow(refusal('refund_exceeds_rest'))
    expect(() => open(order, requestOf(fen(price - 29)))).toThrow(/Refund less, or wait for pending refunds/)
  })

  it.each<[string, Order, Fen | null, string, RegExp]>([
    ['an unpaid order', { ...paid, payments: [] }, null, 'order_not_paid', /nothing to refund/],
    ['nothing left', withRefunds(refundOf(price)), null, 'order_already_refunded', /in full already/],
    ['nothing', paid, fen(0), 'invalid_amount', /at least 0.01/],
    ['more than was paid', paid, fen(price + 1), 'refund_too_large', /that much at most/],
  ])('is refused for %s', (_, order, amount, code, sentence) => {
    expect(() => open(order, requestOf(amount))).toThrow(refusal(code))
    expect(() => open(order, requestOf(amount))).toThrow(sentence)
  })

  it('takes all that was paid as an amount', () => expect(open(paid, requestOf(price)).refund.amount).toBe(price))

  it.each(['pending', 'succeeded'] as const)('finds one that is %s by its number, and changes nothing', (status) => {
    const known = refundOf(30, { status, outRequestNo: 'R-1' })
    const order = withRefunds(refundOf(1, {}, 2), known)
    expect(open(order, requestOf(null, 'R-1'))).toEqual({ order, refund: known, isNew: false })
    expect(open(order, requestOf(fen(30), 'R-1')).isNew).toBe(false)
  })

  it('finds one by its id, when the commit was repeated', () => {
    const known = refundOf(30, { id })
    expect(open(withRefunds(known), requestOf(null)).refund).toBe(known)
  })

  it('refuses a number that stood for another amount', () => {
    const order = withRefunds(refundOf(30, { outRequestNo: 'R-1' }))
    expect(() => open(order, requestOf(fen(31), 'R-1'))).toThrow(refusal('refund_conflict'))
    expect(() => open(order, requestOf(fen(31), 'R-1'))).toThrow(/Use a new number/)
  })

  it('tries a failed one again under its number, while it fits', () => {
    const failed = refundOf(30, { status: 'failed', outRequestNo: 'R-1', finishDate: 5 })
    const again = { ...failed, status: 'pending', finishDate: null } as const
    const rest = refundOf(price - 30, {}, 2)
    expect(open(withRefunds(failed, rest), requestOf(null, 'R-1'))).toEqual({
      order: withRefunds(again, rest),
      refund: again,
      isNew: true,
    })
    const more = refundOf(price - 29, {}, 2)
    expect(() => open(withRefunds(failed, more), requestOf(null, 'R-1'))).toThrow(refusal('refund_exceeds_rest'))
  })
})

describe('a refund ends', () => {
  const { payNo, paySuccessTime } = payment
  const { id: orderId, userId, totalPrice } = paid
  const told = { orderId, payNo, userId, totalPrice, paySuccessTime }
  const message = (messageType: MessageType) => ({ messageType, id: facts.messageId, ...told })

  it('in part: the payment stays paid, and its services are told', () => {
    const refund = refundOf(30)
    const { order, messages } = finishRefund(withRefunds(refund), refund, 'succeeded', facts)
    expect(order).toEqual(withRefunds({ ...refund, status: 'succeeded', finishDate: now }))
    expect(messages).toEqual([expect.objectContaining(message(MessageType.partialRefund))])
  })

  it('in whole: payment and order end, and no pending refund of the payment is left', () => {
    const refund = refundOf(price)
    const failed = refundOf(2, { status: 'failed', finishDate: 5 }, 3)
    const ofSurplus = sampleRefund(surplus, 4)
    const given: Order = {
      ...paid,
      payments: [payment, surplus],
      refunds: [refund, refundOf(1, {}, 2), failed, ofSurplus],
    }
    const { order, messages } = finishRefund(given, refund, 'succeeded', facts)
    expect(order.status).toBe(OrderStatus.refunded)
    expect(order.payments.map(({ status }) => status)).toEqual([PayStatus.refunded, PayStatus.paid])
    expect(order.refunds.map(({ status, finishDate }) => [status, finishDate])).toEqual([
      ['succeeded', now],
      ['failed', now],
      ['failed', 5],
      ['pending', null],
    ])
    expect(messages).toEqual([expect.objectContaining(message(MessageType.refundResult))])
  })

  it('of surplus money: the order stays paid, and nobody is told', () => {
    const refund = sampleRefund(surplus, 1, { amount: surplus.totalPrice, cause: 'surplus' })
    const given: Order = { ...paid, payments: [payment, surplus], refunds: [refund] }
    const { order, messages } = finishRefund(given, refund, 'succeeded', facts)
    expect([order.status, order.payments[1]?.status, messages]).toEqual([OrderStatus.paid, PayStatus.refunded, []])
  })

  it('with a definite no: it failed', () => {
    const refund = refundOf(30)
    const { order, messages } = finishRefund(withRefunds(refund), refund, 'failed', facts)
    expect([order, messages]).toEqual([withRefunds({ ...refund, status: 'failed', finishDate: now }), []])
  })

  it('after it stood as failed: money that moved counts', () => {
    const refund = refundOf(30, { status: 'failed', finishDate: 5 })
    const { order } = finishRefund(withRefunds(refund), refund, 'succeeded', facts)
    expect(order.refunds).toEqual([{ ...refund, status: 'succeeded', finishDate: now }])
  })

  it.each<[string, Order, 'succeeded' | 'failed']>([
    ['unknown', paid, 'succeeded'],
    ['done', withRefunds(refundOf(30, { status: 'succeeded' })), 'succeeded'],
    ['done, and is said to have failed', withRefunds(refundOf(30, { status: 'succeeded' })), 'failed'],
    ['failed already', withRefunds(refundOf(30, { status: 'failed' })), 'failed'],
  ])('changes nothing when it is %s', (_, order, end) => {
    const result = finishRefund(order, refundOf(30), end, facts)
    expect(result.order).toBe(order)
    expect(result.messages).toEqual([])
  })
})

describe('a refund that was made elsewhere', () => {
  const named = { id, payNo: payment.payNo, outRequestNo: 'console-1', amount: fen(30) }

  it('is booked as done', () => {
    const { order, messages } = bookExternalRefund(paid, named, facts)
    const booked = { ...named, orderId: paid.id, reason: 'refunded at the gateway', cause: 'external' } as const
    expect(order).toEqual(withRefunds({ ...booked, createDate: now, status: 'succeeded', finishDate: now }))
    expect(messages).toHaveLength(1)
  })

  it('is known by its number', () => {
    const order = withRefunds(refundOf(30, { outRequestNo: 'console-1' }))
    expect(bookExternalRefund(order, named, facts)).toEqual({ order, messages: [] })
  })

  it('of a payment whose money is gone changes the refunds alone', () => {
    const gone: Order = {
      ...paid,
      status: OrderStatus.refunded,
      payments: [{ ...payment, status: PayStatus.refunded }],
    }
    const { order, messages } = bookExternalRefund(gone, named, facts)
    expect([order.payments, order.refunds.length, messages]).toEqual([gone.payments, 1, []])
  })
})

describe('money that did not pay the order', () => {
  const given = (...refunds: readonly Refund[]): Order => ({ ...paid, payments: [payment, surplus], refunds })
  const own = (amount: number, changes: Partial<Refund> = {}, count = 1) =>
    sampleRefund(surplus, count, { amount: fen(amount), cause: 'surplus', ...changes })

  it('is refunded under the payment’s number, and a remainder under the next one', () => {
    const first = addAutomaticRefund(given(), surplus.payNo, 'surplus', facts).refunds
    expect(first.map(({ outRequestNo }) => outRequestNo)).toEqual([`${surplus.payNo}-surplus`])
    const failed = own(5, { status: 'failed' })
    const next = addAutomaticRefund(given(failed), surplus.payNo, 'surplus', facts).refunds
    expect(next.map(({ outRequestNo }) => outRequestNo)[1]).toBe(`${surplus.payNo}-surplus-2`)
  })

  it('counts refunds of its own cause alone', () => {
    const external = own(5, { cause: 'external', status: 'succeeded' })
    const next = addAutomaticRefund(given(external), surplus.payNo, 'surplus', facts).refunds
    expect(next[1]?.outRequestNo).toBe(`${surplus.payNo}-surplus`)
  })

  it('that came late has a remainder too', () => {
    const late: Payment = { ...surplus, receipt: 'late' }
    const { refunds } = replaceTooLargeRefund({ ...paid, payments: [payment, late] }, late.payNo, facts)
    expect(refunds[0]).toMatchObject({ cause: 'late', amount: late.totalPrice })
  })

  it('has no remainder once it is refunded', () => {
    const order: Order = { ...paid, payments: [payment, { ...surplus, status: PayStatus.refunded }] }
    expect(replaceTooLargeRefund(order, surplus.payNo, facts)).toBe(order)
  })

  it('is not refunded twice', () => {
    const order = given(own(surplus.totalPrice))
    expect(addAutomaticRefund(order, surplus.payNo, 'surplus', facts)).toBe(order)
  })

  const elsewhere = own(30, { cause: 'external', status: 'succeeded' }, 2)
  it('is refunded in what is left when a refund elsewhere made ours too large', () => {
    const { refunds } = replaceTooLargeRefund(
      given(own(surplus.totalPrice, { status: 'failed' }), elsewhere),
      surplus.payNo,
      facts,
    )
    expect(refunds[2]).toMatchObject({ amount: surplus.totalPrice - 30, cause: 'surplus', status: 'pending' })
  })

  it.each<[string, Order, Payment]>([
    ['ours was refused for another reason', given(own(30, { status: 'failed' })), surplus],
    ['ours would still fit', given(own(surplus.totalPrice - 30, { status: 'failed' }), elsewhere), surplus],
    ['ours is under way', given(own(surplus.totalPrice - 30), elsewhere), surplus],
    [
      'one of two would still fit',
      given(own(99, { status: 'failed' }), own(9_899, { status: 'failed' }, 3), elsewhere),
      surplus,
    ],
    ['it is held', { ...paid, payments: [{ ...surplus, receipt: 'held' }] }, surplus],
    ['it paid the order', given(), payment],
  ])('waits when %s', (_, order, { payNo }) => {
    expect(replaceTooLargeRefund(order, payNo, facts)).toBe(order)
  })
})

describe('the numbers of refunds that have none', () => {
  it('name the payment, or the sum that was refunded', () => {
    expect(externalRemainderRefundNo(payment.payNo)).toBe(`${payment.payNo}-external`)
    expect(placeholderRefundNoFromSum(fen(30))).toBe('?30')
  })

  it.each([
    ['', true],
    ['?30', true],
    ['R-1', false],
  ])('%j stands for none: %s', (number, isNone) => {
    expect(isPlaceholderRefundNo(number)).toBe(isNone)
  })
})
