import { describe, expect, it } from 'vitest'
import { as, MINUTE, openShop, operator, rateLimiterOf, type Shop, unlimited } from '../../../../test/shop.js'
import { OrderStatus, type Payment, PayStatus, userId } from '../../../index.js'
import { pollPayments } from './poll-payments.js'
import type { QueryGateway } from './query-gateway.js'

const ids = { nextId: async () => '1' }

/** A payment of a buyer of its own, whose page is open. */
async function orderWithOpenPage(shop: Shop, name: string): Promise<Payment> {
  const payment = await shop.order(userId(name))
  await shop.callbacks.openPayPage({ token: payment.token })
  return payment
}

const openPage = async (shop: Shop, payment: Payment) => {
  await shop.callbacks.openPayPage({ token: payment.token })
  return payment
}

/** One round of a poller beside the shop's own. */
const createRound = (shop: Shop, query: QueryGateway, rateLimiter = unlimited, batch?: number) => {
  const dependencies = { store: shop.orderStore, clock: shop.clock, ids, updateOrder: async () => null as never }
  return pollPayments(dependencies, query, async () => 'unclear', rateLimiter, batch)
}

describe('the poller', () => {
  it('books a payment whose notification was lost within 15 s after the page was opened', async () => {
    const shop = await openShop()
    const payment = await shop.order()
    await shop.pay(payment)
    await shop.advance(15_000)
    expect(await shop.statesOf(payment)).toEqual([OrderStatus.paid, [PayStatus.paid], []])
  })

  it('books a payment that comes minutes later within two minutes', async () => {
    const shop = await openShop()
    const payment = await openPage(shop, await shop.order())
    await shop.advance(10 * MINUTE)
    shop.gateway.buyer.pay(payment.payNo)
    await shop.advance(2 * MINUTE)
    expect((await shop.orderOf(payment)).status).toBe(OrderStatus.paid)
  })

  it('queries nothing about a payment whose page was never opened', async () => {
    const shop = await openShop()
    await shop.order()
    await shop.advance(40 * MINUTE)
    expect(shop.gateway.calls.query).toBe(0)
  })

  it('queries less and less often, and no more once the payment is settled', async () => {
    const shop = await openShop()
    const payment = await openPage(shop, await shop.order())
    await shop.advance(MINUTE)
    const early = shop.gateway.calls.query
    expect(early).toBeGreaterThanOrEqual(3)
    await shop.advance(20 * MINUTE)
    const late = shop.gateway.calls.query
    expect(late - early).toBeLessThanOrEqual(23)
    shop.gateway.buyer.pay(payment.payNo)
    await shop.notify(payment)
    await shop.advance(5 * MINUTE)
    expect(shop.gateway.calls.query).toBe(late)
    expect(shop.orderStore.rows.schedule.size).toBe(0)
  })

  it('closes other open payments of a paid order at the gateway and here', async () => {
    const shop = await openShop()
    const paid = await shop.order()
    const open = await openPage(shop, await shop.orderAgain(paid))
    shop.gateway.buyer.login(open.payNo)
    await shop.pay(paid)
    await shop.notify(paid)
    await shop.advance(2 * MINUTE)
    expect(await shop.statesOf(paid)).toEqual([OrderStatus.paid, [PayStatus.paid, PayStatus.closed], []])
    expect(() => shop.gateway.buyer.pay(open.payNo)).toThrow('closed')
  })

  it('finds the second payment of a paid order, which is refunded', async () => {
    const shop = await openShop()
    const first = await shop.order()
    const second = await shop.orderAgain(first)
    for (const payment of [first, second]) await shop.pay(payment)
    await shop.notify(first)
    await shop.advance(2 * MINUTE)
    expect(await shop.statesOf(first)).toEqual([OrderStatus.paid, [PayStatus.paid, PayStatus.refunded], ['succeeded']])
    expect(shop.gateway.moneyOf(second.payNo)).toEqual({ received: 9_900, refunded: 9_900 })
  })

  it('queries no more than the rate limit allows, and forgets no payment', async () => {
    const shop = await openShop({ queriesPerSecond: 2 })
    const payments: Payment[] = []
    for (let count = 0; count < 30; count += 1) {
      const payment = await orderWithOpenPage(shop, `user-${count}`)
      shop.gateway.buyer.pay(payment.payNo)
      payments.push(payment)
    }
    await shop.advance(10_000)
    expect(shop.gateway.calls.query).toBeLessThanOrEqual(2 * 10 + 2)
    await shop.advance(MINUTE)
    for (const payment of payments) expect((await shop.orderOf(payment)).status).toBe(OrderStatus.paid)
  })

  it('queries about ten payments at once while the gateway takes its time', async () => {
    const shop = await openShop()
    for (let count = 0; count < 12; count += 1) await orderWithOpenPage(shop, `user-${count}`)
    shop.clock.advance(MINUTE)
    const answer = Promise.withResolvers<'unknown'>()
    const ten = Promise.withResolvers<void>()
    let queries = 0
    const query = () => {
      queries += 1
      if (queries === 10) ten.resolve()
      return answer.promise
    }
    const round = createRound(shop, query)()
    await ten.promise
    answer.resolve('unknown')
    expect(await round).toEqual({ queried: 12, skipped: 0, more: false })
  })

  it('reports what it skipped: what the rate limit does not allow, and what needs no query any more', async () => {
    const shop = await openShop()
    for (const name of ['one', 'two', 'three']) await orderWithOpenPage(shop, name)
    const stale = { purpose: 'poll', payNo: '9' as Payment['payNo'], outRequestNo: '', dueAt: 0 } as const
    await shop.orderStore.schedule.schedule(stale)
    shop.clock.advance(MINUTE)
    const asked: unknown[] = []
    const query: QueryGateway = async ({ payNo }) => {
      asked.push(payNo)
      return 'waiting'
    }
    expect(await createRound(shop, query, rateLimiterOf(3), 4)()).toEqual({ queried: 2, skipped: 2, more: false })
    expect([...shop.orderStore.rows.schedule.values()].map(({ payNo }) => payNo)).not.toContain(stale.payNo)
    expect(await createRound(shop, query, rateLimiterOf(1), 1)()).toEqual({ queried: 1, skipped: 0, more: true })
    expect(new Set(asked).size).toBe(3)
  })

  it.each([
    ['no_trade', 0, true],
    ['no_trade', MINUTE - 1, true],
    ['no_trade', MINUTE, false],
    ['closed', 0, false],
    ['unknown', 30 * MINUTE, true],
  ] as const)('of a closed payment with the answer %s, %i ms after its time: polls again: %s', async (...row) => {
    const [answer, afterMs, isPolledAgain] = row
    const shop = await openShop()
    const payment = await openPage(shop, await shop.order())
    await shop.service.closeOrder(payment.orderId, operator)
    shop.clock.set(payment.expireDate + afterMs)
    expect(await createRound(shop, async () => answer)()).toMatchObject({ queried: 1 })
    expect(shop.orderStore.rows.schedule.size).toBe(isPolledAgain ? 1 : 0)
  })

  it('leaves a payment of a paid order open while the gateway gives no clear answer, and asks again', async () => {
    const shop = await openShop()
    const paid = await shop.order()
    const open = await openPage(shop, await shop.orderAgain(paid))
    await shop.pay(paid)
    await shop.notify(paid)
    shop.gateway.buyer.login(open.payNo)
    shop.gateway.answer('unknown')
    await shop.advance(2 * MINUTE)
    expect((await shop.paymentOf(open)).status).toBe(PayStatus.unpaid)
    shop.gateway.answer('clear')
    await shop.advance(2 * MINUTE)
    expect((await shop.paymentOf(open)).status).toBe(PayStatus.closed)
  })

  it('is one of two workers who queries about a due payment', async () => {
    const shop = await openShop()
    await orderWithOpenPage(shop, 'user')
    shop.clock.advance(MINUTE)
    let queries = 0
    const query = async () => {
      queries += 1
      return 'no_trade' as const
    }
    const round = createRound(shop, query)
    expect((await Promise.all([round(), round()])).map(({ queried }) => queried).sort()).toEqual([0, 1])
    expect(queries).toBe(1)
  })

  it.each([
    ['watched by its buyer', 30_000],
    ['unwatched', 2 * MINUTE],
  ] as const)('books a lost notification of a payment that is %s in time', async (how, maxDelayMs) => {
    const shop = await openShop()
    for (let count = 0; count < 20; count += 1) {
      const name = `buyer-${count}`
      const payment = await orderWithOpenPage(shop, name)
      await shop.advance((count % 7) * 9_000)
      shop.gateway.buyer.pay(payment.payNo)
      const paidAt = shop.clock.now()
      while ((await shop.orderOf(payment)).status === OrderStatus.unpaid) {
        await shop.advance(1_000)
        if (how !== 'unwatched') await shop.service.queryPayResult(payment.payNo, as(userId(name)))
        expect(shop.clock.now() - paidAt).toBeLessThanOrEqual(maxDelayMs)
      }
    }
  })

  it('finds money that comes for a closed order from a page that was open, which is refunded', async () => {
    const shop = await openShop()
    const payment = await openPage(shop, await shop.order())
    await shop.service.closeOrder(payment.orderId, operator)
    await shop.advance(5 * MINUTE)
    shop.gateway.buyer.pay(payment.payNo)
    await shop.advance(2 * MINUTE)
    expect(await shop.statesOf(payment)).toEqual([OrderStatus.closed, [PayStatus.refunded], ['succeeded']])
    expect(shop.gateway.moneyOf(payment.payNo)).toEqual({ received: 9_900, refunded: 9_900 })
  })

  it('queries about a closed payment until its time is over, and no longer', async () => {
    const shop = await openShop()
    const payment = await openPage(shop, await shop.order())
    await shop.service.closeOrder(payment.orderId, operator)
    await shop.advance(35 * MINUTE)
    const queries = shop.gateway.calls.query
    expect(queries).toBeGreaterThan(20)
    await shop.advance(20 * MINUTE)
    expect(shop.gateway.calls.query).toBe(queries)
    expect(shop.orderStore.rows.schedule.size).toBe(0)
  })
})
