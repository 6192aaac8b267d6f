import { describe, expect, it } from 'vitest'
import { as, codeOf, loseRefundAnswer, openShop, operator, type Shop, zhang } from '../../../../test/shop.js'
import { fen, LearnStatus, OrderStatus, type Payment, PayStatus } from '../../../index.js'

const whole = { amount: null, reason: 'changed his mind', outRequestNo: null }
const part = (amount: number, outRequestNo: string | null = null) => ({ ...whole, amount: fen(amount), outRequestNo })

const open = async () => {
  const shop = await openShop()
  const payment = await shop.buy()
  const refund = (request: typeof whole | ReturnType<typeof part>) =>
    shop.service.refundOrder(payment.orderId, request, operator)
  return { shop, payment, refund }
}

/** A closed order whose late money was refused to be refunded. */
async function failedLateRefund(): Promise<{ shop: Shop; payment: Payment }> {
  const shop = await openShop({ latePolicy: 'refund' })
  const payment = await shop.order()
  await shop.callbacks.openPayPage({ token: payment.token })
  await shop.service.closeOrder(payment.orderId, operator)
  shop.gateway.buyer.pay(payment.payNo)
  await shop.notify(payment)
  shop.gateway.answer('no_trade')
  await shop.advance(20_000)
  shop.gateway.answer('clear')
  return { shop, payment }
}

describe('refundOrder', () => {
  it('a whole refund ends payment and order, and revokes the course', async () => {
    const { shop, payment, refund } = await open()
    expect(await refund(whole)).toMatchObject({ amount: 9_900, status: 'succeeded', cause: 'operator' })
    expect(await shop.statesOf(payment)).toEqual([OrderStatus.refunded, [PayStatus.refunded], ['succeeded']])
    await shop.advance(0)
    expect((await shop.learning.learnStatus(zhang, '1' as never)).learnStatus).toBe(LearnStatus.notPaid)
    expect((await shop.learning.myCourseTable(zhang, 1, 10)).total).toBe(0)
    expect(shop.gateway.moneyOf(payment.payNo)).toEqual({ received: 9_900, refunded: 9_900 })
  })

  it('a refunded course can be chosen and bought again', async () => {
    const { shop, payment, refund } = await open()
    await refund(whole)
    await shop.advance(0)
    const again = await shop.buy()
    expect(again.orderId).not.toBe(payment.orderId)
    await shop.advance(0)
    expect((await shop.learning.myCourseTable(zhang, 1, 10)).total).toBe(1)
  })

  it('parts add up to the whole and no further, and only the last one ends the order', async () => {
    const { shop, payment, refund } = await open()
    await refund(part(4_000))
    expect(await shop.statesOf(payment)).toEqual([OrderStatus.paid, [PayStatus.paid], ['succeeded']])
    expect(await codeOf(refund(part(5_901)))).toBe('refund_exceeds_rest')
    expect(await codeOf(refund(part(9_901)))).toBe('refund_too_large')
    expect(await codeOf(refund(part(0)))).toBe('invalid_amount')
    expect((await refund(whole)).amount).toBe(5_900)
    expect((await shop.orderOf(payment)).status).toBe(OrderStatus.refunded)
    expect(await codeOf(refund(whole))).toBe('order_already_refunded')
  })

  it('one number twenty times at once refunds once, and with another amount it is a conflict', async () => {
    const { shop, payment, refund } = await open()
    const refunds = await Promise.all(Array.from({ length: 20 }, () => refund(part(4_000, 'R1'))))
    expect(new Set(refunds.map(({ id }) => id)).size).toBe(1)
    expect(shop.gateway.moneyOf(payment.payNo).refunded).toBe(4_000)
    expect(await codeOf(refund(part(4_001, 'R1')))).toBe('refund_conflict')
  })

  it('twenty refunds at once never exceed what was paid', async () => {
    const { shop, payment, refund } = await open()
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => codeOf(refund(part(3_000)))))
    expect(outcomes.filter((outcome) => outcome === 'no error')).toHaveLength(3)
    expect(shop.gateway.moneyOf(payment.payNo).refunded).toBe(9_000)
  })

  it('a lost answer leaves the refund pending, and the worker ends it under the same number', async () => {
    const { shop, payment, refund } = await open()
    loseRefundAnswer(shop)
    expect((await refund(whole)).status).toBe('pending')
    expect(shop.gateway.moneyOf(payment.payNo).refunded).toBe(9_900)
    await shop.advance(30_000)
    expect(await shop.statesOf(payment)).toEqual([OrderStatus.refunded, [PayStatus.refunded], ['succeeded']])
    expect(shop.gateway.moneyOf(payment.payNo).refunded).toBe(9_900)
    expect(shop.orderStore.rows.schedule.size).toBe(0)
  })

  it('an unclear refund is queried once in 25 s, and never sooner than 10 s after the call', async () => {
    const { shop, refund } = await open()
    loseRefundAnswer(shop)
    await refund(whole)
    shop.gateway.answer('unknown')
    const calls = () => shop.gateway.calls.queryRefund + shop.gateway.calls.refund
    for (let times = 0, before = calls(); times < 3; times += 1, before = calls()) {
      await shop.advance(10_000)
      expect(calls()).toBe(before)
      await shop.advance(20_000)
      expect(calls()).toBe(before + 1)
    }
  })

  it('an accepted refund succeeds when the refund query says so', async () => {
    const { shop, refund, payment } = await open()
    shop.gateway.holdRefunds(true)
    expect((await refund(whole)).status).toBe('pending')
    await shop.advance(60_000)
    expect((await shop.refundsOf(payment))[0]?.status).toBe('pending')
    shop.gateway.settleRefunds()
    await shop.advance(30_000)
    expect((await shop.refundsOf(payment))[0]?.status).toBe('succeeded')
  })

  it('a refused refund fails, and its number tries it again: money moves once', async () => {
    const { shop, refund, payment } = await open()
    shop.gateway.answer('no_trade')
    expect((await refund(part(4_000, 'R1'))).status).toBe('failed')
    shop.gateway.answer('clear')
    await shop.advance(60_000)
    for (const _ of [1, 2]) expect((await refund(part(4_000, 'R1'))).status).toBe('succeeded')
    await shop.advance(60_000)
    expect(await refund(part(4_000, 'R1'))).toMatchObject({ status: 'succeeded' })
    expect(shop.orderStore.rows.schedule.size).toBe(0)
    expect(shop.gateway.moneyOf(payment.payNo).refunded).toBe(4_000)
  })

  it('a failed refund is not tried again when its money was refunded otherwise', async () => {
    const { shop, refund } = await open()
    shop.gateway.answer('no_trade')
    await refund(part(6_000, 'R1'))
    shop.gateway.answer('clear')
    await refund(part(6_000, 'R2'))
    expect(await codeOf(refund(part(6_000, 'R1')))).toBe('refund_exceeds_rest')
  })

  it('a refund that is tried again is not lost when the worker drops its old entry', async () => {
    const { shop, refund, payment } = await open()
    shop.gateway.answer('no_trade')
    await refund(part(4_000, 'R1'))
    const { schedule } = shop.orderStore
    const { reschedule } = schedule
    Object.assign(schedule, {
      async reschedule(entry: Parameters<typeof reschedule>[0], to: number | null) {
        if (to === null && entry.purpose === 'refund') {
          shop.gateway.answer('unknown')
          Object.assign(schedule, { reschedule })
          await refund(part(4_000, 'R1'))
        }
        return reschedule(entry, to)
      },
    })
    await shop.advance(30_000)
    expect((await shop.refundsOf(payment))[0]?.status).toBe('pending')
    shop.gateway.answer('clear')
    await shop.advance(60_000)
    expect((await shop.refundsOf(payment))[0]?.status).toBe('succeeded')
  })

  it('a pending refund without a schedule entry gets one when its number is used again', async () => {
    const { shop, refund, payment } = await open()
    shop.gateway.answer('unknown')
    await refund(part(4_000, 'R1'))
    shop.orderStore.rows.schedule.clear()
    shop.gateway.answer('clear')
    expect((await refund(part(4_000, 'R1'))).status).toBe('pending')
    const dueAt = shop.clock.now() + 25_000
    expect([...shop.orderStore.rows.schedule.values()]).toMatchObject([{ outRequestNo: 'R1', dueAt }])
    await shop.advance(30_000)
    expect((await shop.refundsOf(payment))[0]?.status).toBe('succeeded')
  })

  it('a number in use is answered as it stands, and only the first caller calls the gateway', async () => {
    const { shop, refund } = await open()
    const { gateway } = shop.gateway
    const { refund: call } = gateway
    const seen: string[] = []
    Object.assign(gateway, {
      async refund(order: Parameters<typeof call>[0]) {
        seen.push((await refund(part(4_000, 'R1'))).status)
        return call(order)
      },
    })
    expect((await refund(part(4_000, 'R1'))).status).toBe('succeeded')
    expect(seen).toEqual(['pending'])
    expect(shop.gateway.calls.refund).toBe(1)
  })

  it('a refund whose money moved counts, also when another caller was told no', async () => {
    const { shop, refund, payment } = await open()
    const { gateway } = shop.gateway
    const { refund: call } = gateway
    Object.assign(gateway, {
      async refund(order: Parameters<typeof call>[0]) {
        const answer = await call(order)
        // Another process, whose call was refused, was quicker to store its end.
        const current = await shop.orderOf(payment)
        const refunds = current.refunds.map((each) => ({ ...each, status: 'failed' as const, finishDate: 1 }))
        const after = { ...current, refunds, version: current.version + 1 }
        const rest = { messages: [], journal: [], actions: [], schedule: [] }
        await shop.orderStore.orders.commit({ before: current, after, ...rest })
        return answer
      },
    })
    expect((await refund(part(6_000))).status).toBe('succeeded')
    Object.assign(gateway, { refund: call })
    expect(await codeOf(refund(part(6_000)))).toBe('refund_exceeds_rest')
  })

  it('the number of a failed surplus refund refunds the surplus, and not what paid the order', async () => {
    const shop = await openShop()
    const first = await shop.order()
    const second = await shop.orderAgain(first)
    for (const payment of [first, second]) await shop.pay(payment)
    for (const payment of [first, second]) await shop.notify(payment)
    shop.gateway.answer('no_trade')
    await shop.advance(20_000)
    const [failed] = (await shop.views.stuck()).openRefunds
    expect(failed).toMatchObject({ payNo: second.payNo, status: 'failed', outRequestNo: `${second.payNo}-surplus` })
    shop.gateway.answer('clear')
    const request = { ...whole, outRequestNo: `${second.payNo}-surplus` }
    expect(await shop.service.refundOrder(first.orderId, request, operator)).toMatchObject({
      ...{ payNo: second.payNo, cause: 'surplus', status: 'succeeded' },
    })
    expect(await shop.statesOf(first)).toEqual([OrderStatus.paid, [PayStatus.paid, PayStatus.refunded], ['succeeded']])
    expect((await shop.views.stuck()).openRefunds).toEqual([])
  })

  it('the number of a failed late refund of a closed order tries it again', async () => {
    const { shop, payment } = await failedLateRefund()
    expect(await shop.statesOf(payment)).toEqual([OrderStatus.closed, [PayStatus.paid], ['failed']])
    const late = { ...whole, outRequestNo: `${payment.payNo}-late` }
    expect((await shop.service.refundOrder(payment.orderId, late, operator)).status).toBe('succeeded')
    expect(await shop.statesOf(payment)).toEqual([OrderStatus.closed, [PayStatus.refunded], ['succeeded']])
  })

  it('each refund stands in the operator log once, with its number, amount and reason', async () => {
    const { shop, payment, refund } = await open()
    await Promise.all([1, 2, 3].map(() => refund(part(4_000, 'R1'))))
    expect(await shop.views.actions(payment.orderId)).toMatchObject([
      { kind: 'refund', subject: payment.payNo, reason: whole.reason, detail: 'R1: 40.00', actor: operator.userId },
    ])
  })

  it('an unpaid order, a buyer and an unknown order are refused', async () => {
    const shop = await openShop()
    const { orderId } = await shop.order()
    expect(await codeOf(shop.service.refundOrder(orderId, whole, operator))).toBe('order_not_paid')
    await expect(shop.service.refundOrder(orderId, whole, as(zhang))).rejects.toMatchObject({
      code: 'operators_only',
      message: 'Only an operator may do this. Send a token with the role "operator".',
    })
    expect(await codeOf(shop.service.refundOrder('1' as never, whole, operator))).toBe('order_not_found')
  })

  it('a refund message that arrives before its payment leaves no course', async () => {
    const shop = await openShop()
    shop.broker.hold(true)
    shop.broker.reverse(true)
    const { orderId } = await shop.buy()
    await shop.service.refundOrder(orderId, whole, operator)
    await shop.advance(0)
    expect(shop.broker.waiting('paynotify_queue')).toBe(2)
    shop.broker.hold(false)
    await shop.advance(0)
    expect(shop.broker.waiting('paynotify_queue')).toBe(0)
    expect((await shop.learning.myCourseTable(zhang, 1, 10)).total).toBe(0)
  })
})
