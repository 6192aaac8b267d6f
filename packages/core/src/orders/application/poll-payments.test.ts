import { describe, expect, it } from 'vitest'
import { as, MINUTE, openShop, operator, paidCourse, type Shop } from '../../../test/shop.js'
import { OrderStatus, type PayRecord, PayStatus, type UserId, userId } from '../../index.js'
import { pollPayments } from './poll-payments.js'

const stateOf = async (shop: Shop, attempt: PayRecord) => {
  const { order, payRecords } = await shop.service.getOrder(attempt.orderId, operator)
  return [order.status, ...payRecords.map(({ status }) => status)]
}

describe('the poller', () => {
  it('given a lost notification and nobody who watches, then the payment is booked within two minutes', async () => {
    const shop = await openShop()
    const attempt = await shop.order()
    await shop.door.openPayPage({ token: attempt.token })
    await shop.advance(10 * MINUTE)
    shop.gateway.buyer.pay(attempt.payNo)
    await shop.advance(2 * MINUTE)
    expect(await stateOf(shop, attempt)).toEqual([OrderStatus.paid, PayStatus.paid])
  })

  it('given a lost notification right after the page was opened, then the payment is booked within 15 s', async () => {
    const shop = await openShop()
    const attempt = await shop.order()
    await shop.pay(attempt)
    await shop.advance(15_000)
    expect(await stateOf(shop, attempt)).toEqual([OrderStatus.paid, PayStatus.paid])
  })

  it('given an attempt whose page nobody opened, then nobody is asked about it until it has run out', async () => {
    const shop = await openShop()
    await shop.order()
    await shop.advance(29 * MINUTE)
    expect(shop.gateway.calls.query).toBe(0)
  })

  it('given an open attempt, then it is asked about less and less often, and no more once it is settled', async () => {
    const shop = await openShop()
    const attempt = await shop.order()
    await shop.door.openPayPage({ token: attempt.token })
    await shop.advance(MINUTE)
    const early = shop.gateway.calls.query
    expect(early).toBeGreaterThanOrEqual(3)
    await shop.advance(20 * MINUTE)
    const late = shop.gateway.calls.query
    expect(late - early).toBeLessThanOrEqual(23)
    shop.gateway.buyer.pay(attempt.payNo)
    await shop.notify(attempt)
    await shop.advance(5 * MINUTE)
    expect(shop.gateway.calls.query).toBe(late)
  })

  it('given other open attempts of a paid order, then they are closed at the gateway, and here', async () => {
    const shop = await openShop()
    const [paid, open] = [await shop.order(), await shop.order()]
    await shop.door.openPayPage({ token: open.token })
    shop.gateway.buyer.login(open.payNo)
    await shop.pay(paid)
    await shop.notify(paid)
    await shop.advance(2 * MINUTE)
    expect(await stateOf(shop, paid)).toEqual([OrderStatus.paid, PayStatus.paid, PayStatus.closed])
    expect(() => shop.gateway.buyer.pay(open.payNo)).toThrow()
  })

  it('given an open attempt of a paid order that was paid too, then it is surplus and goes back by itself', async () => {
    const shop = await openShop()
    const [first, second] = [await shop.order(), await shop.order()]
    await shop.pay(first)
    await shop.pay(second)
    await shop.notify(first)
    await shop.advance(2 * MINUTE)
    expect(await stateOf(shop, first)).toEqual([OrderStatus.paid, PayStatus.paid, PayStatus.refunded])
    expect(shop.gateway.moneyOf(second.payNo)).toEqual({ received: 9_900, refunded: 9_900 })
  })

  it('given many open attempts and a small budget, then no more is asked than it allows, and none is forgotten', async () => {
    const shop = await openShop({ queriesPerSecond: 2 })
    const attempts = []
    for (let count = 0; count < 30; count += 1) {
      const user = userId(`user-${count}`)
      const choice = await shop.choose(user, paidCourse)
      const attempt = await shop.service.createOrder(user, shop.orderFor(choice))
      await shop.pay(attempt)
      attempts.push(attempt)
    }
    await shop.advance(10_000)
    expect(shop.gateway.calls.query).toBeLessThanOrEqual(2 * 10 + 2)
    await shop.advance(MINUTE)
    for (const attempt of attempts) expect(await stateOf(shop, attempt)).toEqual([OrderStatus.paid, PayStatus.paid])
  })

  it('given a gateway that takes its time, then it is asked about several attempts at once', async () => {
    const shop = await openShop()
    for (let count = 0; count < 12; count += 1) {
      const user = userId(`user-${count}`)
      await shop.pay(await shop.service.createOrder(user, shop.orderFor(await shop.choose(user, paidCourse))))
    }
    shop.clock.advance(MINUTE)
    const answer = Promise.withResolvers<'unknown'>()
    const asked = { now: 0 }
    const ten = Promise.withResolvers<void>()
    const ask = () => {
      asked.now += 1
      if (asked.now === 10) ten.resolve()
      return answer.promise
    }
    const { stores } = shop.orderTables
    const budget = { take: () => true }
    const round = pollPayments({ stores, clock: shop.clock }, ask, async () => 'unclear', budget)()
    await ten.promise
    answer.resolve('unknown')
    expect(await round).toEqual({ asked: 12, left: 0, more: false })
  })

  it('given 40 payments one after the other with every notification lost, then each is booked in time, watched or not', async () => {
    const shop = await openShop()
    const delays: Record<'watched' | 'unwatched', number[]> = { watched: [], unwatched: [] }
    const open: { attempt: PayRecord; how: 'watched' | 'unwatched'; paidAt: number; user: UserId }[] = []
    for (let count = 0; count < 40; count += 1) {
      const user = userId(`buyer-${count}`)
      const attempt = await shop.service.createOrder(user, shop.orderFor(await shop.choose(user, paidCourse)))
      await shop.door.openPayPage({ token: attempt.token })
      open.push({
        attempt,
        user,
        how: count % 2 === 0 ? 'watched' : 'unwatched',
        paidAt: shop.clock.now() + (count + 1) * 7_000,
      })
    }
    const start = shop.clock.now()
    while (open.length > 0 && shop.clock.now() < start + 10 * MINUTE) {
      await shop.advance(1_000)
      for (const each of [...open]) {
        const { attempt, user, how, paidAt } = each
        if (paidAt <= shop.clock.now() && paidAt > shop.clock.now() - 1_000) shop.gateway.buyer.pay(attempt.payNo)
        if (paidAt > shop.clock.now()) continue
        if (how === 'watched') await shop.service.queryPayResult(attempt.payNo, as(user))
        const stored = await shop.orderTables.stores.payRecords.find({ payNo: attempt.payNo })
        if (stored?.status !== PayStatus.paid) continue
        delays[how].push(shop.clock.now() - paidAt)
        open.splice(open.indexOf(each), 1)
      }
    }
    expect(open).toEqual([])
    expect(Math.max(...delays.watched)).toBeLessThanOrEqual(30_000)
    expect(Math.max(...delays.unwatched)).toBeLessThanOrEqual(120_000)
  })

  it('given an order that was closed while its page was out, when that is paid and the notification lost, then it goes back within two minutes', async () => {
    const shop = await openShop()
    const attempt = await shop.order()
    await shop.door.openPayPage({ token: attempt.token })
    await shop.service.closeOrder(attempt.orderId, operator)
    await shop.advance(5 * MINUTE)
    shop.gateway.buyer.pay(attempt.payNo)
    await shop.advance(2 * MINUTE)
    expect(await stateOf(shop, attempt)).toEqual([OrderStatus.closed, PayStatus.refunded])
    expect(shop.gateway.moneyOf(attempt.payNo)).toEqual({ received: 9_900, refunded: 9_900 })
  })

  it('given a closed attempt whose time is over, then nobody asks about it any more', async () => {
    const shop = await openShop()
    const attempt = await shop.order()
    await shop.door.openPayPage({ token: attempt.token })
    await shop.service.closeOrder(attempt.orderId, operator)
    await shop.advance(35 * MINUTE)
    const asked = shop.gateway.calls.query
    await shop.advance(20 * MINUTE)
    expect(shop.gateway.calls.query).toBe(asked)
  })
})
