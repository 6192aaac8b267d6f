import { describe, expect, it } from 'vitest'
import { li, MINUTE, openShop, type Shop, unlimited, zhang } from '../../../../test/shop.js'
import { CheckoutError, OrderStatus, type Payment, PayStatus } from '../../../index.js'
import { expireOrders } from './expire-orders.js'

async function orderWithOpenPage(shop: Shop, user = zhang): Promise<Payment> {
  const payment = await shop.order(user)
  await shop.callbacks.openPayPage({ token: payment.token })
  return payment
}

describe('the expiry worker', () => {
  it('closes an unpaid order five seconds after its time', async () => {
    const shop = await openShop()
    const payment = await shop.order()
    await shop.advance(30 * MINUTE + 4_000)
    expect((await shop.orderOf(payment)).status).toBe(OrderStatus.unpaid)
    await shop.advance(2_000)
    expect(await shop.statesOf(payment)).toEqual([OrderStatus.closed, [PayStatus.closed], []])
    expect(shop.gateway.calls.query).toBe(0)
    expect(shop.workerErrors).toEqual([])
  })

  it('books a payment whose notification was lost', async () => {
    const shop = await openShop()
    const payment = await orderWithOpenPage(shop)
    shop.gateway.answer('unknown')
    await shop.advance(29 * MINUTE)
    shop.gateway.buyer.pay(payment.payNo)
    await shop.advance(MINUTE)
    shop.gateway.answer('clear')
    await shop.advance(2 * MINUTE)
    expect((await shop.orderOf(payment)).status).toBe(OrderStatus.paid)
  })

  it('asks less and less often about an order without a clear answer, and closes it after one', async () => {
    const shop = await openShop()
    const payment = await orderWithOpenPage(shop)
    shop.gateway.answer('unknown')
    await shop.advance(30 * MINUTE)
    const before = shop.gateway.calls.query
    await shop.advance(61 * MINUTE)
    // The expiry worker after 5 s, 10 s, 20 s, then every 40 s; the poller once a minute beside it.
    expect(shop.gateway.calls.query - before).toBeGreaterThan(140)
    expect(shop.gateway.calls.query - before).toBeLessThan(165)
    expect((await shop.orderOf(payment)).status).toBe(OrderStatus.unpaid)
    shop.gateway.answer('clear')
    await shop.advance(MINUTE)
    expect((await shop.orderOf(payment)).status).toBe(OrderStatus.closed)
  })

  it('lets no order without a clear answer delay another one', async () => {
    const shop = await openShop()
    const [stuck, other] = [await shop.order(zhang), await shop.order(li)]
    shop.clock.advance(31 * MINUTE)
    const settings = { closeGraceMs: 0 } as never
    const closed: string[] = []
    const close = async (id: Payment['orderId']) => {
      if (id === stuck.orderId) throw new CheckoutError('gateway_unknown', 'no clear answer')
      closed.push(id)
      return 'closed' as const
    }
    const store = { ...shop.orderStore, orders: { ...shop.orderStore.orders } }
    const { listOverdue } = store.orders
    store.orders.listOverdue = async (now, limit) =>
      (await listOverdue(now, 10)).filter((id) => !closed.includes(id)).slice(0, limit)
    const round = expireOrders({ store, clock: shop.clock, settings }, close, unlimited, 1)
    expect(await round()).toEqual({ closed: 0, unclear: 1, more: false })
    expect(await round()).toEqual({ closed: 1, unclear: 0, more: true })
    expect(closed).toEqual([other.orderId])
    expect(await round()).toEqual({ closed: 0, unclear: 0, more: false })
  })

  it('closes no more than a batch when an order that waited is due again beside others', async () => {
    const shop = await openShop()
    const [stuck] = [await shop.order(zhang), await shop.order(li)]
    shop.clock.advance(31 * MINUTE)
    const tried: string[] = []
    const close = async (id: Payment['orderId']) => {
      tried.push(id)
      if (id === stuck.orderId) throw new CheckoutError('gateway_unknown', 'no clear answer')
      return 'closed' as const
    }
    const dependencies = { store: shop.orderStore, clock: shop.clock, settings: { closeGraceMs: 0 } as never }
    const round = expireOrders(dependencies, close, unlimited, 1)
    await round()
    shop.clock.advance(5_000)
    await round()
    expect(tried).toEqual([stuck.orderId, stuck.orderId])
  })

  it('tries an order without a clear answer again after 5 s, 10 s, 20 s and then every 40 s', async () => {
    const shop = await openShop()
    await shop.order()
    shop.clock.advance(30 * MINUTE)
    let tries = 0
    const close = async () => {
      tries += 1
      throw new CheckoutError('gateway_unknown', 'no clear answer')
    }
    const settings = { closeGraceMs: 0 } as never
    const dependencies = { store: shop.orderStore, clock: shop.clock, settings }
    const round = expireOrders(dependencies, close, unlimited)
    await round()
    for (const [pause, expected] of [5_000, 10_000, 20_000, 40_000, 40_000].entries()) {
      shop.clock.advance(expected - 1)
      await round()
      expect(tries).toBe(pause + 1)
      shop.clock.advance(1)
      await round()
      expect(tries).toBe(pause + 2)
    }
  })

  it('tries an order again at once that got an unclear answer in an earlier life', async () => {
    const shop = await openShop()
    const payment = await shop.order()
    const { listOverdue } = shop.orderStore.orders
    const store = { ...shop.orderStore, orders: { ...shop.orderStore.orders } }
    shop.clock.advance(30 * MINUTE)
    let tries = 0
    const close = async () => {
      tries += 1
      throw new CheckoutError('gateway_unknown', 'no clear answer')
    }
    const settings = { closeGraceMs: 0 } as never
    const round = expireOrders({ store, clock: shop.clock, settings }, close, unlimited)
    await round()
    // A new code, which expires in the same moment: the order is not overdue in between.
    store.orders.listOverdue = async () => []
    await round()
    store.orders.listOverdue = listOverdue
    await round()
    expect(tries).toBe(2)
    expect((await shop.orderOf(payment)).status).toBe(OrderStatus.unpaid)
  })

  it.each([
    ['store_unavailable', new CheckoutError('store_unavailable', 'away')],
    ['no error of ours', Object.assign(new Error('no error of ours'), { code: 'gateway_unknown' })],
  ])('fails with what closing an order fails with: %s', async (_, failure) => {
    const shop = await openShop()
    await shop.order()
    shop.clock.advance(31 * MINUTE)
    const dependencies = { store: shop.orderStore, clock: shop.clock, settings: {} as never }
    const round = expireOrders(dependencies, () => Promise.reject(failure), unlimited)
    await expect(round()).rejects.toBe(failure)
  })

  it.each([
    [{}, 4_999, 0],
    [{}, 5_000, 1],
    [{ closeGraceMs: 60_000 }, 59_999, 0],
    [{ closeGraceMs: 60_000 }, 60_000, 1],
  ])('with the settings %j, %i ms after the time of an order, closes %i', async (settings, afterMs, closed) => {
    const shop = await openShop()
    const payment = await shop.order()
    shop.clock.set(payment.expireDate + afterMs)
    const dependencies = { store: shop.orderStore, clock: shop.clock, settings: settings as never }
    const round = expireOrders(dependencies, async () => 'closed', unlimited)
    expect(await round()).toEqual({ closed, unclear: 0, more: false })
  })

  it('counts no order that was paid meanwhile as closed', async () => {
    const shop = await openShop()
    await shop.order()
    shop.clock.advance(31 * MINUTE)
    const dependencies = { store: shop.orderStore, clock: shop.clock, settings: {} as never }
    const round = expireOrders(dependencies, async () => 'left', unlimited, 1)
    expect(await round()).toEqual({ closed: 0, unclear: 0, more: false })
  })

  it('queries no more than the rate limit allows, and forgets no order', async () => {
    const shop = await openShop({ queriesPerSecond: 1 })
    const payments = [await orderWithOpenPage(shop, zhang), await orderWithOpenPage(shop, li)]
    shop.clock.advance(30 * MINUTE)
    const before = shop.gateway.calls.query
    await shop.advance(10_000)
    expect(shop.gateway.calls.query - before).toBeLessThanOrEqual(11)
    await shop.advance(10_000)
    for (const payment of payments) expect((await shop.orderOf(payment)).status).toBe(OrderStatus.closed)
  })

  it('leaves an order with codes beyond the rate limit open, and closes it in a later round', async () => {
    const shop = await openShop({ queriesPerSecond: 3 })
    const first = await orderWithOpenPage(shop)
    for (let count = 0; count < 5; count += 1) {
      await shop.callbacks.openPayPage({ token: (await shop.orderAgain(first)).token })
    }
    shop.clock.advance(30 * MINUTE + 5_000)
    await shop.advance(MINUTE)
    expect((await shop.orderOf(first)).status).toBe(OrderStatus.closed)
  })

  it('closes no order that got a new code at its last moment', async () => {
    const shop = await openShop()
    const first = await shop.order()
    await shop.advance(30 * MINUTE)
    const second = await shop.orderAgain(first)
    await shop.advance(MINUTE)
    expect(await shop.statesOf(second)).toEqual([OrderStatus.unpaid, [PayStatus.unpaid, PayStatus.unpaid], []])
  })

  it('closes nothing while the clock has jumped and no other clock agrees', async () => {
    const shop = await openShop()
    const payment = await shop.order()
    shop.clock.advance(24 * 60 * MINUTE)
    const settings = { orderTimeToLiveMs: 30 * MINUTE } as never
    const round = (isTrusted: boolean) =>
      expireOrders(
        { store: shop.orderStore, clock: { ...shop.clock, verify: async () => isTrusted }, settings },
        async () => 'closed',
        unlimited,
      )()
    await expect(round(false)).rejects.toMatchObject({
      code: 'gateway_unknown',
      message: 'A clock has jumped and no other clock agrees: no order is closed. Check the clock.',
    })
    expect(await round(true)).toMatchObject({ closed: 1 })
    expect((await shop.orderOf(payment)).status).toBe(OrderStatus.unpaid)
  })
})
