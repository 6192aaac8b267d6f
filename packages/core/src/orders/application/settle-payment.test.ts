import { describe, expect, it } from 'vitest'
import { MINUTE, openShop, type Shop, zhang } from '../../../test/shop.js'
import { type LatePaymentPolicy, LearnStatus, OrderStatus, type PayRecord, PayStatus } from '../../index.js'

const stateOf = async (shop: Shop, attempt: PayRecord) => {
  const { orders, payRecords, refunds } = shop.orderTables.stores
  return {
    order: (await orders.find(attempt.orderId))?.status,
    payment: (await payRecords.find({ payNo: attempt.payNo }))?.status,
    receipt: (await payRecords.find({ payNo: attempt.payNo }))?.receipt,
    refunds: (await refunds.listOf(attempt.orderId)).map(({ cause, amount, status }) => ({ cause, amount, status })),
  }
}
const verdicts = async (shop: Shop, attempt: PayRecord) =>
  (await shop.orderTables.stores.journal.listOf(attempt.payNo)).map((entry) => entry.verdict)
const learnStatus = async (shop: Shop) => (await shop.lessons.learnStatus(zhang, '1' as never)).learnStatus

describe('a payment is settled', () => {
  it('given a paid attempt, when Alipay notifies, then order, attempt and course table say so', async () => {
    const shop = await openShop()
    const attempt = await shop.order()
    await shop.pay(attempt)
    expect(await shop.notify(attempt)).toEqual({ answer: 'success', verdict: 'booked' })
    expect(await stateOf(shop, attempt)).toEqual({
      order: OrderStatus.paid,
      payment: PayStatus.paid,
      receipt: 'booked',
      refunds: [],
    })
    await shop.advance(0)
    expect(await learnStatus(shop)).toBe(LearnStatus.mayLearn)
  })

  it('given 50 copies of one notification at once, then one change, one message, and success for all', async () => {
    const shop = await openShop()
    shop.broker.hold(true)
    const attempt = await shop.order()
    await shop.pay(attempt)
    const answers = await Promise.all(Array.from({ length: 50 }, () => shop.notify(attempt)))
    expect(answers.every(({ answer }) => answer === 'success')).toBe(true)
    expect(answers.filter(({ verdict }) => verdict === 'booked')).toHaveLength(1)
    await shop.advance(0)
    expect(shop.broker.waiting('paynotify_queue')).toBe(1)
    expect(await verdicts(shop, attempt)).toHaveLength(50)
  })

  it.each([
    ['appId', { appId: '2099' }, 'foreign_app'],
    ['sellerId', { sellerId: '2088999' }, 'foreign_seller'],
    ['outTradeNo', { outTradeNo: '12345' }, 'unknown_out_trade_no'],
    ['totalAmount', { totalAmount: 9_899 as never }, 'wrong_amount'],
  ])(
    'given a notification that Alipay signed with another %s, then fail, journalled, nothing changed',
    async (_, changes, verdict) => {
      const shop = await openShop()
      const attempt = await shop.order()
      await shop.pay(attempt)
      const body = shop.gateway.notify(attempt.payNo, changes)
      expect(await shop.door.receiveNotify(body)).toEqual({ answer: 'fail', verdict })
      expect(await stateOf(shop, attempt)).toMatchObject({ order: OrderStatus.unpaid, payment: PayStatus.unpaid })
      const named = 'outTradeNo' in changes ? changes.outTradeNo : attempt.payNo
      const journalled = await shop.orderTables.stores.journal.listOf(named)
      expect(journalled).toMatchObject([{ verdict, body }])
    },
  )

  it('given a forged notification, then fail, journalled byte for byte, nothing changed', async () => {
    const shop = await openShop()
    const attempt = await shop.order()
    await shop.pay(attempt)
    const body = shop.gateway.forge(attempt.payNo)
    expect((await shop.door.receiveNotify(body)).answer).toBe('fail')
    expect(await stateOf(shop, attempt)).toMatchObject({ order: OrderStatus.unpaid })
    expect(await shop.orderTables.stores.journal.listOf(attempt.payNo)).toMatchObject([{ body }])
  })

  it('given a store that is down, when Alipay notifies, then it is no success and the repeated notification books', async () => {
    const shop = await openShop()
    const attempt = await shop.order()
    await shop.pay(attempt)
    shop.orderTables.faults.breakDown()
    await expect(shop.notify(attempt)).rejects.toMatchObject({ code: 'store_unavailable' })
    shop.orderTables.faults.recover()
    expect(await shop.notify(attempt)).toEqual({ answer: 'success', verdict: 'booked' })
  })

  it('given two attempts that were both paid, then the second is surplus and is given back once', async () => {
    const shop = await openShop()
    const [first, second] = [await shop.order(), await shop.order()]
    await shop.pay(first)
    await shop.pay(second)
    await shop.notify(first)
    expect(await shop.notify(second)).toEqual({ answer: 'success', verdict: 'surplus' })
    expect(await shop.notify(second)).toEqual({ answer: 'success', verdict: 'already_settled' })
    await shop.advance(30_000)
    expect(shop.gateway.moneyOf(second.payNo)).toEqual({ received: 9_900, refunded: 9_900 })
    expect(shop.gateway.moneyOf(first.payNo)).toEqual({ received: 9_900, refunded: 0 })
    expect(await stateOf(shop, second)).toEqual({
      order: OrderStatus.paid,
      payment: PayStatus.refunded,
      receipt: 'surplus',
      refunds: [{ cause: 'surplus', amount: 9_900, status: 'succeeded' }],
    })
  })

  it('given a refund whose answer is lost, then it is asked about under the same number and money goes back once', async () => {
    const shop = await openShop()
    const [first, second] = [await shop.order(), await shop.order()]
    await shop.pay(first)
    await shop.pay(second)
    await shop.notify(first)
    await shop.notify(second)
    shop.gateway.answer('timeout_after_booking')
    await shop.advance(30_000)
    expect((await stateOf(shop, second)).refunds).toMatchObject([{ status: 'pending' }])
    shop.gateway.answer('clear')
    await shop.advance(30_000)
    expect((await stateOf(shop, second)).refunds).toMatchObject([{ status: 'succeeded' }])
    expect(shop.gateway.moneyOf(second.payNo)).toEqual({ received: 9_900, refunded: 9_900 })
  })

  it.each<[LatePaymentPolicy, object]>([
    ['fulfil', { order: OrderStatus.paid, receipt: 'booked', refunds: [] }],
    [
      'refund',
      { order: OrderStatus.closed, receipt: 'late', refunds: [{ cause: 'late', amount: 9_900, status: 'pending' }] },
    ],
    ['hold', { order: OrderStatus.closed, receipt: 'held', refunds: [] }],
  ])(
    'given money after the order was closed, when the policy is %s, then it is followed',
    async (latePolicy, state) => {
      const shop = await openShop({ latePolicy })
      const attempt = await shop.order()
      await shop.pay(attempt)
      shop.gateway.answer('no_trade')
      await shop.advance(31 * MINUTE)
      expect((await stateOf(shop, attempt)).order).toBe(OrderStatus.closed)
      expect((await shop.notify(attempt)).answer).toBe('success')
      expect(await stateOf(shop, attempt)).toMatchObject({ payment: PayStatus.paid, ...state })
    },
  )

  it('given a paid attempt, when TRADE_FINISHED, TRADE_CLOSED or a refund is notified later, then nothing is undone', async () => {
    const shop = await openShop()
    const attempt = await shop.order()
    await shop.pay(attempt)
    await shop.notify(attempt)
    for (const changes of [
      { tradeStatus: 'finished' },
      { tradeStatus: 'closed' },
      { refundedAmount: 100 as never },
    ] as const) {
      expect((await shop.door.receiveNotify(shop.gateway.notify(attempt.payNo, changes))).answer).toBe('success')
    }
    expect(await stateOf(shop, attempt)).toMatchObject({ order: OrderStatus.paid, payment: PayStatus.paid })
  })

  it('given a conflict in the store, then the decision is made anew and booked once', async () => {
    const shop = await openShop()
    const attempt = await shop.order()
    await shop.pay(attempt)
    shop.orderTables.faults.conflictOnce()
    expect((await shop.notify(attempt)).verdict).toBe('booked')
    await shop.advance(0)
    expect((await shop.lessons.myCourseTable(zhang, 1, 10)).total).toBe(1)
  })
})
