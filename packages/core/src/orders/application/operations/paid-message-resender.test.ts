import { describe, expect, it } from 'vitest'
import { openShop, zhang } from '../../../../test/shop.js'
import { OrderType, outBusinessId } from '../../../index.js'

const resend = async (shop: Awaited<ReturnType<typeof openShop>>, payment: Parameters<typeof shop.orderOf>[0]) =>
  shop.orders.paidMessageResender.resendMessage(OrderType.course, (await shop.orderOf(payment)).outBusinessId)

describe('the message of an order', () => {
  it('is sent again for a paid order, under another id, and grants nothing twice', async () => {
    const shop = await openShop()
    const payment = await shop.buy()
    await shop.advance(0)
    const before = await shop.learning.myCourseTable(zhang, 1, 10)
    shop.clock.advance(86_400_000)
    expect(await resend(shop, payment)).toBe('sent')
    expect(await resend(shop, payment)).toBe('sent')
    await shop.advance(0)
    expect(await shop.learning.myCourseTable(zhang, 1, 10)).toEqual(before)
    expect((await shop.orderOf(payment)).version).toBe(2)
  })

  it('is not sent for an unpaid, refunded or unknown order', async () => {
    const shop = await openShop()
    const payment = await shop.order()
    expect(await resend(shop, payment)).toBe('not_paid')
    expect(await shop.orders.paidMessageResender.resendMessage(OrderType.course, outBusinessId('none'))).toBe(
      'not_paid',
    )
    await shop.pay(payment)
    await shop.notify(payment)
    await shop.service.refundOrder(
      payment.orderId,
      { amount: null, reason: '', outRequestNo: null },
      { userId: zhang, operator: true },
    )
    expect(await resend(shop, payment)).toBe('not_paid')
  })

  it('that was lost for ever is sent again once the learning centre asks for it', async () => {
    const shop = await openShop()
    shop.broker.hold(true)
    const payment = await shop.buy()
    await shop.advance(0)
    // The queue was deleted with all that waited in it.
    const { total } = await shop.learning.myCourseTable(zhang, 1, 10)
    expect([total, shop.broker.waiting('paynotify_queue')]).toEqual([0, 1])
    await shop.advance(120_000)
    expect(shop.broker.waiting('paynotify_queue')).toBeGreaterThan(1)
    shop.broker.hold(false)
    await shop.advance(0)
    expect((await shop.learning.myCourseTable(zhang, 1, 10)).total).toBe(1)
    expect((await shop.orderOf(payment)).version).toBe(2)
  })
})
