import { describe, expect, it } from 'vitest'
import { as, openShop, operator, type Shop, zhang } from '../../../test/shop.js'
import {
  fen,
  LearnStatus,
  MessageType,
  OrderStatus,
  type PayRecord,
  PayStatus,
  type RefundRequest,
} from '../../index.js'

const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'no error',
    (error) => error.code,
  )
const whole: RefundRequest = { amount: null, reason: 'changed his mind', outRequestNo: null }
const part = (amount: number, outRequestNo: string | null = null): RefundRequest => ({
  amount: fen(amount),
  reason: 'a lesson was missing',
  outRequestNo,
})

async function paidOrder(shop: Shop): Promise<PayRecord> {
  const attempt = await shop.order()
  await shop.pay(attempt)
  await shop.notify(attempt)
  await shop.advance(0)
  return attempt
}

const statesOf = async (shop: Shop, { orderId }: PayRecord) => {
  const { order, payRecords, refunds } = await shop.service.getOrder(orderId, operator)
  return [order.status, payRecords[0]?.status, refunds.map(({ status }) => status).join()]
}

describe('refundOrder', () => {
  it('given a paid order, when it is refunded whole, then all is given back, everyone is told, and the course is taken back', async () => {
    const shop = await openShop()
    const attempt = await paidOrder(shop)
    const refund = await shop.service.refundOrder(attempt.orderId, whole, operator)
    expect(refund).toMatchObject({ amount: 9_900, status: 'succeeded', cause: 'operator' })
    expect(await statesOf(shop, attempt)).toEqual([OrderStatus.refunded, PayStatus.refunded, 'succeeded'])
    await shop.advance(0)
    expect((await shop.lessons.learnStatus(zhang, '1' as never)).learnStatus).toBe(LearnStatus.notPaid)
    expect((await shop.lessons.myCourseTable(zhang, 1, 10)).total).toBe(0)
    expect(shop.gateway.moneyOf(attempt.payNo)).toEqual({ received: 9_900, refunded: 9_900 })
  })

  it('given a refunded course, when it is chosen again, then it is a new choice and can be bought', async () => {
    const shop = await openShop()
    const attempt = await paidOrder(shop)
    await shop.service.refundOrder(attempt.orderId, whole, operator)
    await shop.advance(0)
    const again = await paidOrder(shop)
    expect(again.orderId).not.toBe(attempt.orderId)
    expect((await shop.lessons.myCourseTable(zhang, 1, 10)).total).toBe(1)
  })

  it('given parts, then they add up to the whole and no further, and only the last one takes the course back', async () => {
    const shop = await openShop()
    const attempt = await paidOrder(shop)
    await shop.service.refundOrder(attempt.orderId, part(4_000), operator)
    expect(await statesOf(shop, attempt)).toEqual([OrderStatus.paid, PayStatus.paid, 'succeeded'])
    expect(await codeOf(shop.service.refundOrder(attempt.orderId, part(5_901), operator))).toBe('refund_exceeds_rest')
    expect(await codeOf(shop.service.refundOrder(attempt.orderId, part(9_901), operator))).toBe('refund_too_large')
    expect(await codeOf(shop.service.refundOrder(attempt.orderId, part(0), operator))).toBe('invalid_amount')
    expect((await shop.service.refundOrder(attempt.orderId, whole, operator)).amount).toBe(5_900)
    expect(await statesOf(shop, attempt)).toEqual([OrderStatus.refunded, PayStatus.refunded, 'succeeded,succeeded'])
    expect(await codeOf(shop.service.refundOrder(attempt.orderId, whole, operator))).toBe('order_already_refunded')
  })

  it('given one number twenty times at once, then money goes back once; with another amount, then it is a conflict', async () => {
    const shop = await openShop()
    const attempt = await paidOrder(shop)
    const refunds = await Promise.all(
      Array.from({ length: 20 }, () => shop.service.refundOrder(attempt.orderId, part(4_000, 'R1'), operator)),
    )
    expect(new Set(refunds.map(({ id }) => id)).size).toBe(1)
    expect(shop.gateway.moneyOf(attempt.payNo).refunded).toBe(4_000)
    expect(await codeOf(shop.service.refundOrder(attempt.orderId, part(4_001, 'R1'), operator))).toBe('refund_conflict')
  })

  it('given twenty different ones at once, then never more than was paid goes back', async () => {
    const shop = await openShop()
    const attempt = await paidOrder(shop)
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, () => codeOf(shop.service.refundOrder(attempt.orderId, part(3_000), operator))),
    )
    expect(outcomes.filter((outcome) => outcome === 'no error')).toHaveLength(3)
    expect(shop.gateway.moneyOf(attempt.payNo).refunded).toBe(9_000)
  })

  it('given an answer that is lost, then it stays pending, is asked about again, and money goes back once', async () => {
    const shop = await openShop()
    const attempt = await paidOrder(shop)
    shop.gateway.answer('timeout_after_booking')
    expect((await shop.service.refundOrder(attempt.orderId, whole, operator)).status).toBe('pending')
    shop.gateway.answer('clear')
    await shop.advance(30_000)
    expect(await statesOf(shop, attempt)).toEqual([OrderStatus.refunded, PayStatus.refunded, 'succeeded'])
    expect(shop.gateway.moneyOf(attempt.payNo).refunded).toBe(9_900)
  })

  it('given an answer that is lost, then nobody asks again within ten seconds, and never more often', async () => {
    const shop = await openShop()
    const attempt = await paidOrder(shop)
    shop.gateway.answer('timeout_after_booking')
    await shop.service.refundOrder(attempt.orderId, whole, operator)
    shop.gateway.answer('unknown')
    const asked = () => shop.gateway.calls.queryRefund + shop.gateway.calls.refund
    for (let times = 0, before = asked(); times < 3; times += 1, before = asked()) {
      await shop.advance(10_000)
      expect(asked()).toBe(before)
      await shop.advance(20_000)
      expect(asked()).toBe(before + 1)
    }
  })

  it('given a refund that is only accepted, then it succeeds when the refund query says so', async () => {
    const shop = await openShop()
    const attempt = await paidOrder(shop)
    shop.gateway.holdRefunds(true)
    expect((await shop.service.refundOrder(attempt.orderId, whole, operator)).status).toBe('pending')
    await shop.advance(60_000)
    expect((await statesOf(shop, attempt)).at(-1)).toBe('pending')
    shop.gateway.moveRefunds()
    await shop.advance(30_000)
    expect((await statesOf(shop, attempt)).at(-1)).toBe('succeeded')
  })

  it('given a refund that failed, when its number is used again, then it is tried again and money goes back once', async () => {
    const shop = await openShop()
    const attempt = await paidOrder(shop)
    shop.gateway.answer('no_trade')
    expect((await shop.service.refundOrder(attempt.orderId, part(4_000, 'R1'), operator)).status).toBe('failed')
    shop.gateway.answer('clear')
    expect((await shop.service.refundOrder(attempt.orderId, part(4_000, 'R1'), operator)).status).toBe('succeeded')
    expect((await shop.service.refundOrder(attempt.orderId, part(4_000, 'R1'), operator)).status).toBe('succeeded')
    expect(shop.gateway.moneyOf(attempt.payNo).refunded).toBe(4_000)
  })

  it('given two callers of one refund, when one is told no after the money moved, then it stands as given back', async () => {
    const shop = await openShop()
    const attempt = await paidOrder(shop)
    const { gateway } = shop.gateway
    const { refunds } = shop.orderTables.stores
    const refund = gateway.refund.bind(gateway)
    Object.assign(gateway, {
      async refund(order: Parameters<typeof refund>[0]) {
        const answer = await refund(order)
        const [stored] = await refunds.listOf(attempt.orderId)
        if (stored !== undefined) await refunds.finish(stored.id, 'failed', shop.clock.now())
        return answer
      },
    })
    expect((await shop.service.refundOrder(attempt.orderId, part(6_000), operator)).status).toBe('succeeded')
    expect(await codeOf(shop.service.refundOrder(attempt.orderId, part(6_000), operator))).toBe('refund_exceeds_rest')
    expect(shop.gateway.moneyOf(attempt.payNo).refunded).toBe(6_000)
  })

  it('given a refund that is on its way, when its number is used again, then only the first caller asks the gateway', async () => {
    const shop = await openShop()
    const attempt = await paidOrder(shop)
    const { gateway } = shop.gateway
    const refund = gateway.refund.bind(gateway)
    const seen: string[] = []
    Object.assign(gateway, {
      async refund(order: Parameters<typeof refund>[0]) {
        seen.push((await shop.service.refundOrder(attempt.orderId, part(4_000, 'R1'), operator)).status)
        return refund(order)
      },
    })
    expect((await shop.service.refundOrder(attempt.orderId, part(4_000, 'R1'), operator)).status).toBe('succeeded')
    expect(seen).toEqual(['pending'])
    expect(shop.gateway.calls.refund).toBe(1)
  })

  it('given a surplus refund that failed, when its number is used, then the surplus goes back and not what paid the order', async () => {
    const shop = await openShop()
    const [first, second] = [await shop.order(), await shop.order()]
    for (const attempt of [first, second]) await shop.pay(attempt)
    await shop.notify(first)
    await shop.notify(second)
    shop.gateway.answer('no_trade')
    await shop.advance(20_000)
    expect(await statesOf(shop, first)).toEqual([OrderStatus.paid, PayStatus.paid, 'failed'])
    const { openRefunds } = await shop.operator.stuck()
    expect(openRefunds.map(({ payNo, status }) => [payNo, status])).toEqual([[second.payNo, 'failed']])
    shop.gateway.answer('clear')
    const [{ outRequestNo }] = openRefunds as [(typeof openRefunds)[number]]
    const again = await shop.service.refundOrder(first.orderId, { ...whole, outRequestNo }, operator)
    expect(again).toMatchObject({ payNo: second.payNo, cause: 'surplus', status: 'succeeded' })
    expect(await statesOf(shop, first)).toEqual([OrderStatus.paid, PayStatus.paid, 'succeeded'])
    const refunded = [first, second].map(({ payNo }) => shop.gateway.moneyOf(payNo).refunded)
    expect([refunded, (await shop.operator.stuck()).openRefunds]).toEqual([[0, 9_900], []])
  })

  it('given a late refund of a closed order that failed, when its number is used, then it is tried again', async () => {
    const shop = await openShop({ latePolicy: 'refund' })
    const attempt = await shop.order()
    await shop.door.openPayPage({ token: attempt.token })
    await shop.service.closeOrder(attempt.orderId, operator)
    shop.gateway.buyer.pay(attempt.payNo)
    await shop.notify(attempt)
    shop.gateway.answer('no_trade')
    await shop.advance(20_000)
    expect((await statesOf(shop, attempt)).at(-1)).toBe('failed')
    shop.gateway.answer('clear')
    const late = { ...whole, outRequestNo: `${attempt.payNo}-late` }
    expect((await shop.service.refundOrder(attempt.orderId, late, operator)).status).toBe('succeeded')
    expect(await statesOf(shop, attempt)).toEqual([OrderStatus.closed, PayStatus.refunded, 'succeeded'])
  })

  it('given an order that is not paid, or a caller who is no operator, then it says so', async () => {
    const shop = await openShop()
    const attempt = await shop.order()
    expect(await codeOf(shop.service.refundOrder(attempt.orderId, whole, operator))).toBe('order_not_paid')
    expect(await codeOf(shop.service.refundOrder(attempt.orderId, whole, as(zhang)))).toBe('operators_only')
    expect(await codeOf(shop.service.refundOrder('1' as never, whole, operator))).toBe('order_not_found')
  })

  it('given the refund heard of before the payment, then the learner does not have the course in the end', async () => {
    const shop = await openShop()
    shop.broker.hold(true)
    shop.broker.reverse(true)
    const attempt = await paidOrder(shop)
    await shop.service.refundOrder(attempt.orderId, whole, operator)
    await shop.advance(0)
    expect(shop.broker.waiting('paynotify_queue')).toBe(2)
    shop.broker.hold(false)
    await shop.advance(0)
    expect(shop.broker.waiting('paynotify_queue')).toBe(0)
    expect((await shop.lessons.myCourseTable(zhang, 1, 10)).total).toBe(0)
    expect(MessageType.refundResult).toBe('refundresult_notify')
  })
})
