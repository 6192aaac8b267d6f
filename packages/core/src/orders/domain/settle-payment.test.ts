import { describe, expect, it } from 'vitest'
import {
  SAMPLE_TIME,
  sampleId,
  sampleOrder,
  samplePaidOrder,
  samplePayment,
  sampleReceipt,
} from '../../../testing/contracts/index.js'
import { messageId, refundId } from '../../shared/identifiers.js'
import { fen } from '../../shared/money.js'
import { MessageType, OrderStatus, PayStatus } from '../../shared/status-codes.js'
import type { Order } from './order.js'
import type { Payment } from './payment.js'
import type { PaymentEvidence } from './payment-evidence.js'
import { resolveHeldPayment } from './resolve-held-payment.js'
import { settlePayment } from './settle-payment.js'

const now = SAMPLE_TIME + 90_000
const paidAt = SAMPLE_TIME + 60_000
const facts = {
  latePolicy: 'refund',
  channel: 'Alipay',
  now,
  refundId: refundId(sampleId(501)),
  messageId: messageId(sampleId(601)),
} as const
const unpaid = sampleOrder()
const payment = unpaid.payments[0] as Payment
const closed: Order = { ...unpaid, status: OrderStatus.closed, payments: [{ ...payment, status: PayStatus.closed }] }
const second = samplePayment(unpaid, 2)
const paidByFirst: Order = {
  ...unpaid,
  status: OrderStatus.paid,
  payments: [{ ...payment, ...sampleReceipt() }, second],
}
const proof: PaymentEvidence = {
  source: 'notify',
  appId: '1',
  sellerId: '2',
  outTradeNo: payment.payNo,
  tradeNo: 'T-1',
  tradeStatus: 'paid',
  totalAmount: payment.totalPrice,
  paidAt,
  refundedAmount: fen(0),
  refundRequestNo: null,
}
const received = { status: PayStatus.paid, outPayNo: 'T-1', outPayChannel: 'Alipay', paySuccessTime: paidAt }
const refundFor = ({ payNo, orderId, totalPrice }: Payment, cause: 'surplus' | 'late', reason: string) => ({
  ...{ id: facts.refundId, outRequestNo: `${payNo}-${cause}`, orderId, payNo, amount: totalPrice },
  ...{ reason, cause, status: 'pending', createDate: now, finishDate: null },
})
const message = {
  id: facts.messageId,
  messageType: MessageType.payResult,
  businessKey1: unpaid.outBusinessId,
  businessKey2: unpaid.orderType,
  businessKey3: null,
  orderId: unpaid.id,
  payNo: payment.payNo,
  userId: unpaid.userId,
  totalPrice: unpaid.totalPrice,
  paySuccessTime: paidAt,
}

describe('a proof of payment', () => {
  it.each(['paid', 'finished'] as const)(
    'given an unpaid order, when the trade is %s, then it pays the order',
    (tradeStatus) => {
      expect(settlePayment(unpaid, { ...proof, tradeStatus }, facts)).toEqual({
        verdict: 'booked',
        order: { ...unpaid, status: OrderStatus.paid, payments: [{ ...payment, ...received, receipt: 'booked' }] },
        messages: [message],
      })
    },
  )

  it('without a time of its own, then the payment has the time of the decision', () => {
    const { order } = settlePayment(unpaid, { ...proof, paidAt: null }, facts)
    expect(order.payments[0]?.paySuccessTime).toBe(now)
  })

  it('given an order that another payment paid, then the money is refunded', () => {
    const result = settlePayment(paidByFirst, { ...proof, outTradeNo: second.payNo }, facts)
    expect(result).toEqual({
      verdict: 'surplus',
      order: {
        ...paidByFirst,
        payments: [paidByFirst.payments[0], { ...second, ...received, receipt: 'surplus' }],
        refunds: [refundFor(second, 'surplus', 'paid twice')],
      },
      messages: [],
    })
  })

  it('given a refunded order, then the money is refunded too', () => {
    const refunded = { ...paidByFirst, status: OrderStatus.refunded }
    const { verdict, order } = settlePayment(refunded, { ...proof, outTradeNo: second.payNo }, facts)
    expect([verdict, order.status]).toEqual(['surplus', OrderStatus.refunded])
  })

  it('given a closed order and the policy to refund, then the money is refunded', () => {
    expect(settlePayment(closed, proof, facts)).toEqual({
      verdict: 'late',
      order: {
        ...closed,
        payments: [{ ...payment, ...received, receipt: 'late' }],
        refunds: [refundFor(payment, 'late', 'paid after the order was closed')],
      },
      messages: [],
    })
  })

  it('given a closed order and the policy to hold, then an operator decides', () => {
    expect(settlePayment(closed, proof, { ...facts, latePolicy: 'hold' })).toEqual({
      verdict: 'held',
      order: { ...closed, payments: [{ ...payment, ...received, receipt: 'held' }] },
      messages: [],
    })
  })

  it('given a closed order and the policy to fulfil, then it pays the order', () => {
    const { verdict, order, messages } = settlePayment(closed, proof, { ...facts, latePolicy: 'fulfil' })
    expect([verdict, order.status, order.payments[0]?.receipt]).toEqual(['booked', OrderStatus.paid, 'booked'])
    expect(messages).toEqual([message])
  })

  it('given an unpaid payment, when its trade is closed, then the payment is closed and the order stays open', () => {
    expect(settlePayment(unpaid, { ...proof, tradeStatus: 'closed' }, facts)).toEqual({
      verdict: 'payment_closed',
      order: { ...unpaid, payments: [{ ...payment, status: PayStatus.closed }] },
      messages: [],
    })
  })

  const paid = samplePaidOrder()
  const refunded: Order = { ...paid, payments: paid.payments.map((each) => ({ ...each, status: PayStatus.refunded })) }
  it.each<[string, Order, Partial<PaymentEvidence>, string]>([
    ['waits for its buyer', unpaid, { tradeStatus: 'waiting' }, 'not_paid_yet'],
    ['has a status that we do not know', unpaid, { tradeStatus: 'unknown' }, 'unknown_status'],
    ['has a number that is none of ours', unpaid, { outTradeNo: sampleId(77) }, 'unknown_out_trade_no'],
    ['was refunded in part', unpaid, { refundedAmount: fen(1) }, 'refund_notice'],
    ['was settled before', paid, {}, 'already_settled'],
    ['was refunded here', refunded, {}, 'already_settled'],
    ['is closed and its money was here', paid, { tradeStatus: 'closed' }, 'refund_notice'],
    ['is closed and was refunded here', refunded, { tradeStatus: 'closed' }, 'already_settled'],
    ['is closed as it is here', closed, { tradeStatus: 'closed' }, 'already_settled'],
  ])('changes nothing when its trade %s', (_, order, change, verdict) => {
    const result = settlePayment(order, { ...proof, ...change }, facts)
    expect(result).toEqual({ verdict, order, messages: [] })
    expect(result.order).toBe(order)
  })
})

describe('held money', () => {
  const held: Order = { ...closed, payments: [{ ...payment, ...received, receipt: 'held' }] }

  it('is refunded as late money', () => {
    expect(resolveHeldPayment(held, payment.payNo, 'refund', facts)).toEqual({
      verdict: 'late',
      order: {
        ...held,
        payments: [{ ...payment, ...received, receipt: 'late' }],
        refunds: [refundFor(payment, 'late', 'paid after the order was closed')],
      },
      messages: [],
    })
  })

  it('pays the order after all', () => {
    expect(resolveHeldPayment(held, payment.payNo, 'fulfil', facts)).toEqual({
      verdict: 'booked',
      order: { ...held, status: OrderStatus.paid, payments: [{ ...payment, ...received, receipt: 'booked' }] },
      messages: [message],
    })
  })

  it.each([OrderStatus.paid, OrderStatus.refunded])('cannot pay an order in %s, and is refunded then', (status) => {
    const given = { ...held, status }
    const paying = () => resolveHeldPayment(given, payment.payNo, 'fulfil', facts)
    expect(paying).toThrow(expect.objectContaining({ code: 'order_already_paid' }))
    expect(paying).toThrow('Another payment paid this order. Refund the held money.')
    expect(resolveHeldPayment(given, payment.payNo, 'refund', facts).verdict).toBe('late')
  })

  it.each<[string, Partial<Payment>]>([
    ['was refunded', { status: PayStatus.refunded, receipt: 'held' }],
    ['paid the order', { receipt: 'booked' }],
  ])('is not there when the payment %s', (_, change) => {
    const given = { ...held, payments: [{ ...payment, ...received, receipt: 'held', ...change } as Payment] }
    const resolving = () => resolveHeldPayment(given, payment.payNo, 'refund', facts)
    expect(resolving).toThrow(expect.objectContaining({ code: 'payment_not_held' }))
    expect(resolving).toThrow('No money of this payment is held, so there is nothing to decide.')
  })
})
