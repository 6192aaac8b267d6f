import { describe, expect, it } from 'vitest'
import { as, li, MINUTE, openShop, operator, zhang } from '../../../test/shop.js'
import { OrderStatus, PayStatus } from '../../index.js'

const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'no error',
    (error) => error.code,
  )

describe('queryPayResult', () => {
  it('given a lost notification, when the buyer asks, then Alipay is asked and the payment is booked', async () => {
    const shop = await openShop()
    const attempt = await shop.order()
    await shop.pay(attempt)
    expect((await shop.service.queryPayResult(attempt.payNo, as(zhang))).status).toBe(PayStatus.paid)
    await shop.advance(0)
    expect((await shop.lessons.myCourseTable(zhang, 1, 10)).total).toBe(1)
  })

  it.each(['unknown', 'no_trade', 'timeout_after_booking'] as const)(
    'given the answer %s, then nothing is paid, closed or failed',
    async (mode) => {
      const shop = await openShop()
      const attempt = await shop.order()
      await shop.pay(attempt)
      shop.gateway.answer(mode)
      expect((await shop.service.queryPayResult(attempt.payNo, as(zhang))).status).toBe(PayStatus.unpaid)
      expect((await shop.service.getOrder(attempt.orderId, as(zhang))).order.status).toBe(OrderStatus.unpaid)
    },
  )

  it('given 1,000 questions in 10 s, then Alipay is asked once a second at most', async () => {
    const shop = await openShop()
    const attempt = await shop.order()
    for (let second = 0; second < 10; second += 1) {
      await Promise.all(Array.from({ length: 100 }, () => shop.service.queryPayResult(attempt.payNo, as(zhang))))
      await shop.advance(1_000)
    }
    expect(shop.gateway.calls.query).toBe(10)
  })

  it('given a stranger, then the attempt is not shown, and an unknown number is not found', async () => {
    const shop = await openShop()
    const attempt = await shop.order()
    expect(await codeOf(shop.service.queryPayResult(attempt.payNo, as(li)))).toBe('not_yours')
    expect(await codeOf(shop.service.queryPayResult('1' as never, as(zhang)))).toBe('pay_record_not_found')
  })
})

describe('closeOrder', () => {
  it('given an order whose cashier was opened, then it is closed at Alipay and here', async () => {
    const shop = await openShop()
    const attempt = await shop.order()
    await shop.door.openPayPage({ token: attempt.token })
    shop.gateway.buyer.login(attempt.payNo)
    const view = await shop.service.closeOrder(attempt.orderId, as(zhang))
    expect(view.order.status).toBe(OrderStatus.closed)
    expect(view.payRecords).toMatchObject([{ status: PayStatus.closed }])
    expect(() => shop.gateway.buyer.pay(attempt.payNo)).toThrow()
  })

  it('given an order that nobody began to pay, then it is closed here without closing anything at Alipay', async () => {
    const shop = await openShop()
    const attempt = await shop.order()
    expect((await shop.service.closeOrder(attempt.orderId, operator)).order.status).toBe(OrderStatus.closed)
    expect(shop.gateway.calls.close).toBe(0)
    expect((await shop.service.closeOrder(attempt.orderId, operator)).order.status).toBe(OrderStatus.closed)
  })

  it('given an order that is paid at Alipay but not known here, then it is booked instead of closed', async () => {
    const shop = await openShop()
    const attempt = await shop.order()
    await shop.pay(attempt)
    expect(await codeOf(shop.service.closeOrder(attempt.orderId, as(zhang)))).toBe('order_already_paid')
    expect((await shop.service.getOrder(attempt.orderId, as(zhang))).order.status).toBe(OrderStatus.paid)
  })

  it('given no clear answer, then the order stays open and the caller is told', async () => {
    const shop = await openShop()
    const attempt = await shop.order()
    shop.gateway.answer('unknown')
    expect(await codeOf(shop.service.closeOrder(attempt.orderId, as(zhang)))).toBe('gateway_unknown')
    expect((await shop.service.getOrder(attempt.orderId, as(zhang))).order.status).toBe(OrderStatus.unpaid)
  })

  it('given a stranger or an unknown order, then it says so', async () => {
    const shop = await openShop()
    const attempt = await shop.order()
    expect(await codeOf(shop.service.closeOrder(attempt.orderId, as(li)))).toBe('not_yours')
    expect(await codeOf(shop.service.closeOrder('1' as never, operator))).toBe('order_not_found')
  })
})

describe('the expiry sweeper', () => {
  it('given an unpaid order past its time, then it is closed; one that is paid at Alipay is booked', async () => {
    const shop = await openShop()
    const [idle, paid] = [await shop.order(zhang), await shop.order(li)]
    await shop.pay(paid)
    await shop.advance(31 * MINUTE)
    expect((await shop.service.getOrder(idle.orderId, operator)).order.status).toBe(OrderStatus.closed)
    expect((await shop.service.getOrder(paid.orderId, operator)).order.status).toBe(OrderStatus.paid)
  })

  it('given no clear answer of the gateway, then nothing is closed until there is one', async () => {
    const shop = await openShop()
    const attempt = await shop.order()
    shop.gateway.answer('unknown')
    await shop.advance(31 * MINUTE)
    expect((await shop.service.getOrder(attempt.orderId, operator)).order.status).toBe(OrderStatus.unpaid)
    shop.gateway.answer('clear')
    await shop.advance(MINUTE)
    expect((await shop.service.getOrder(attempt.orderId, operator)).order.status).toBe(OrderStatus.closed)
  })
})

describe('openPayPage', () => {
  it('given an open attempt, then the page holds exactly what was frozen, each time the same', async () => {
    const shop = await openShop()
    const attempt = await shop.order()
    const { url } = await shop.door.openPayPage({ token: attempt.token })
    expect((await shop.door.openPayPage({ payNo: attempt.payNo, actor: as(zhang) })).url).toBe(url)
    expect(url).toContain(attempt.payNo)
  })

  it('given a paid, closed, expired or unknown attempt, then it says why not', async () => {
    const shop = await openShop()
    const [paid, closed] = [await shop.order(zhang), await shop.order(li)]
    await shop.pay(paid)
    await shop.notify(paid)
    await shop.service.closeOrder(closed.orderId, operator)
    const open = (token: string) => codeOf(shop.door.openPayPage({ token: token as never }))
    expect(await open(paid.token)).toBe('order_already_paid')
    expect(await open(closed.token)).toBe('order_closed')
    expect(await open('nonsense')).toBe('pay_record_not_found')
    shop.gateway.answer('unknown')
    const expired = await shop.order(li)
    await shop.advance(30 * MINUTE)
    expect(await open(expired.token)).toBe('pay_record_expired')
    expect(await codeOf(shop.door.openPayPage({ payNo: paid.payNo, actor: as(li) }))).toBe('not_yours')
  })
})
