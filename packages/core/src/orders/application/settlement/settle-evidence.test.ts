import { describe, expect, it } from 'vitest'
import { as, MINUTE, openShop, paidCourse, zhang } from '../../../../test/shop.js'
import { sampleOrder, sampleRefund } from '../../../../testing/contracts/sample-data.js'
import {
  fen,
  type LatePaymentPolicy,
  LearnStatus,
  OrderStatus,
  type Payment,
  PayStatus,
  type Refund,
} from '../../../index.js'
import { newlyPendingRefundEntries } from './settle-evidence.js'

it('a decision schedules the refunds that it opened, new ones and those opened again, and no other', () => {
  const order = sampleOrder()
  const refund = (count: number, status: Refund['status']) =>
    sampleRefund({ orderId: order.id, payNo: '1' as Payment['payNo'] }, count, { status })
  const before = { ...order, refunds: [refund(1, 'pending'), refund(2, 'failed'), refund(3, 'succeeded')] }
  const refunds = [refund(1, 'pending'), refund(2, 'pending'), refund(3, 'succeeded'), refund(4, 'pending')]
  const scheduled = newlyPendingRefundEntries(before, { ...order, refunds: [...refunds, refund(5, 'succeeded')] }, 7)
  const entryOf = ({ payNo, outRequestNo }: Refund) => ({ purpose: 'refund', payNo, outRequestNo, dueAt: 7 })
  expect(scheduled).toEqual([refund(2, 'pending'), refund(4, 'pending')].map(entryOf))
})

describe('a settled payment', () => {
  it('pays its order, sends one message, and gives the course', async () => {
    const shop = await openShop()
    const payment = await shop.order()
    await shop.pay(payment)
    expect(await shop.notify(payment)).toMatchObject({ answer: 'success', verdict: 'booked' })
    expect(await shop.statesOf(payment)).toEqual([OrderStatus.paid, [PayStatus.paid], []])
    await shop.advance(0)
    const { learnStatus } = await shop.learning.learnStatus(zhang, paidCourse.courseId)
    expect(learnStatus).toBe(LearnStatus.mayLearn)
    expect(shop.workerErrors).toEqual([])
  })

  it('is one change and one message for fifty copies of a notification at once', async () => {
    const shop = await openShop()
    shop.broker.hold(true)
    const payment = await shop.order()
    await shop.pay(payment)
    const answers = await Promise.all(Array.from({ length: 50 }, () => shop.notify(payment)))
    expect(answers.filter(({ answer }) => answer === 'success')).toHaveLength(50)
    expect(answers.filter(({ verdict }) => verdict === 'booked')).toHaveLength(1)
    await shop.advance(0)
    expect(shop.broker.waiting('paynotify_queue')).toBe(1)
    expect(await shop.verdictsOf(payment)).toHaveLength(50)
  })

  it('is booked by the next notification when the store was down', async () => {
    const shop = await openShop()
    const payment = await shop.order()
    await shop.pay(payment)
    shop.orderStore.faults.breakDown()
    await expect(shop.notify(payment)).rejects.toMatchObject({ code: 'store_unavailable' })
    shop.orderStore.faults.recover()
    expect(await shop.notify(payment)).toMatchObject({ answer: 'success', verdict: 'booked' })
  })

  it('is booked once when the answer of its commit was lost', async () => {
    const shop = await openShop()
    const payment = await shop.order()
    await shop.pay(payment)
    shop.orderStore.faults.loseCommitAnswerOnce()
    await expect(shop.notify(payment)).rejects.toMatchObject({ code: 'store_unavailable' })
    expect(await shop.notify(payment)).toMatchObject({ answer: 'success', verdict: 'already_settled' })
    expect(await shop.orderStore.outbox.backlog()).toMatchObject({ waiting: 1 })
  })

  it('of a paid order is surplus, and is refunded once', async () => {
    const shop = await openShop()
    const first = await shop.order()
    const second = await shop.orderAgain(first)
    for (const payment of [first, second]) await shop.pay(payment)
    await shop.notify(first)
    expect(await shop.notify(second)).toMatchObject({ answer: 'success', verdict: 'surplus' })
    expect(await shop.notify(second)).toMatchObject({ answer: 'success', verdict: 'already_settled' })
    await shop.advance(30_000)
    expect(shop.gateway.moneyOf(second.payNo)).toEqual({ received: 9_900, refunded: 9_900 })
    expect(shop.gateway.moneyOf(first.payNo)).toEqual({ received: 9_900, refunded: 0 })
    expect(await shop.statesOf(first)).toEqual([OrderStatus.paid, [PayStatus.paid, PayStatus.refunded], ['succeeded']])
  })

  it('is one booking and one surplus when two payments are notified at once', async () => {
    const shop = await openShop()
    const first = await shop.order()
    const second = await shop.orderAgain(first)
    for (const payment of [first, second]) await shop.pay(payment)
    const answers = await Promise.all([shop.notify(first), shop.notify(second), shop.notify(first)])
    expect(answers.map(({ verdict }) => verdict).sort()).toEqual(['already_settled', 'booked', 'surplus'])
  })

  it.each<[LatePaymentPolicy, object]>([
    ['fulfil', [OrderStatus.paid, 'booked', []]],
    ['refund', [OrderStatus.closed, 'late', ['pending']]],
    ['hold', [OrderStatus.closed, 'held', []]],
  ])('of a closed order follows the policy %s', async (latePolicy, expected) => {
    const shop = await openShop({ latePolicy })
    const payment = await shop.order()
    await shop.pay(payment)
    shop.gateway.answer('no_trade')
    await shop.advance(31 * MINUTE)
    expect((await shop.orderOf(payment)).status).toBe(OrderStatus.closed)
    expect((await shop.notify(payment)).answer).toBe('success')
    const { status, payments, refunds } = await shop.orderOf(payment)
    expect([status, payments[0]?.receipt, refunds.map((refund) => refund.status)]).toEqual(expected)
  })

  it('is not undone by a later TRADE_FINISHED, TRADE_CLOSED, TRADE_WAIT or unknown word', async () => {
    const shop = await openShop()
    const payment = await shop.buy()
    for (const tradeStatus of ['finished', 'closed', 'waiting', 'unknown'] as const) {
      const body = shop.gateway.notify(payment.payNo, { tradeStatus })
      expect((await shop.callbacks.receiveNotify(body)).answer).toBe('success')
      expect(await shop.statesOf(payment)).toEqual([OrderStatus.paid, [PayStatus.paid], []])
    }
  })

  it('of another amount is never booked, by any way', async () => {
    const shop = await openShop()
    const payment = await shop.order()
    await shop.pay(payment)
    const { gateway } = shop.gateway
    const { query } = gateway
    Object.assign(gateway, {
      async query(payNo: typeof payment.payNo) {
        const answer = await query(payNo)
        return answer.kind === 'evidence'
          ? { ...answer, evidence: { ...answer.evidence, totalAmount: fen(1) } }
          : answer
      },
    })
    expect((await shop.service.queryPayResult(payment.payNo, as(zhang))).status).toBe(PayStatus.unpaid)
    expect(await shop.operatorService.queryNow(payment.payNo, as(zhang))).toMatchObject({ gatewayStatus: 'unknown' })
    expect(await shop.views.actions(payment.payNo)).toMatchObject([{ kind: 'ask', detail: 'unknown' }])
    await shop.advance(40 * MINUTE)
    expect(await shop.statesOf(payment)).toEqual([OrderStatus.unpaid, [PayStatus.unpaid], []])
    expect(new Set(await shop.verdictsOf(payment))).toEqual(new Set(['query: wrong_amount']))
  })

  it('that was refunded elsewhere is asked about once more 25 s later, with the number that was named', async () => {
    const shop = await openShop()
    const payment = await shop.buy()
    const scheduled = () => [...shop.orderStore.rows.schedule.values()].filter(({ purpose }) => purpose === 'refund')
    shop.gateway.answer('unknown')
    await shop.callbacks.receiveNotify(shop.gateway.console.refund(payment.payNo, fen(4_000), 'by-hand'))
    await shop.callbacks.receiveNotify(shop.gateway.console.refund(payment.payNo, fen(100)))
    const dueAt = shop.clock.now() + 25_000
    expect(scheduled()).toEqual([
      { purpose: 'refund', payNo: payment.payNo, outRequestNo: 'by-hand', dueAt },
      { purpose: 'refund', payNo: payment.payNo, outRequestNo: '?4100', dueAt },
    ])
  })

  it('that is surplus is due for its refund at once', async () => {
    const shop = await openShop()
    const first = await shop.order()
    const second = await shop.orderAgain(first)
    for (const payment of [first, second]) await shop.pay(payment)
    for (const payment of [first, second]) await shop.notify(payment)
    const [refund, ...others] = [...shop.orderStore.rows.schedule.values()].filter(
      ({ purpose }) => purpose === 'refund',
    )
    const { payNo } = second
    const outRequestNo = `${payNo}-surplus`
    expect(refund).toEqual({ purpose: 'refund', payNo, outRequestNo, dueAt: shop.clock.now() })
    expect(others).toEqual([])
  })

  it('is booked by the next try after a conflict with another process', async () => {
    const shop = await openShop()
    const payment = await shop.order()
    await shop.pay(payment)
    shop.orderStore.faults.conflictOnce()
    const answer = shop.notify(payment)
    await shop.advance(10)
    expect(await answer).toMatchObject({ answer: 'success', verdict: 'booked' })
    expect(await shop.verdictsOf(payment)).toEqual(['notify: booked'])
  })
})
