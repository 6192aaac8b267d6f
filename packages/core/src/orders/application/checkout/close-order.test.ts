import { describe, expect, it } from 'vitest'
import { as, codeOf, li, openShop, operator, rateLimiterOf, type Shop, zhang } from '../../../../test/shop.js'
import { OrderStatus, type Payment, PayStatus } from '../../../index.js'
import type { QueryAndCloseTrade } from '../settlement/query-gateway.js'
import { createOrderUpdater } from '../update-order.js'
import { tryCloseUnpaidOrder } from './close-order.js'

/** The buyer has the gateway's page open, signed in or not. */
async function orderWithOpenPage(shop: Shop, login = true): Promise<Payment> {
  const payment = await shop.order()
  await shop.callbacks.openPayPage({ token: payment.token })
  if (login) shop.gateway.buyer.login(payment.payNo)
  return payment
}

/** What closes orders as the expiry worker does: within a rate limit. */
function closeWithinRateLimit(shop: Shop, queryAndCloseTrade: QueryAndCloseTrade = async () => 'done') {
  const { scheduler, clock, orderStore: store } = shop
  const updateOrder = createOrderUpdater({ store, scheduler, wakeRelay: () => {} })
  let drawn = 8_000_000_000_000_000_000n + BigInt(store.rows.journal.size)
  const ids = { nextId: async () => String(drawn++) }
  const dependencies = { store, clock, updateOrder, ids }
  return tryCloseUnpaidOrder(dependencies, queryAndCloseTrade)
}

describe('closeOrder', () => {
  it('an order whose page is open is closed at the gateway and here', async () => {
    const shop = await openShop()
    const payment = await orderWithOpenPage(shop)
    expect(await shop.service.closeOrder(payment.orderId, as(zhang))).toMatchObject({ status: OrderStatus.closed })
    expect(await shop.statesOf(payment)).toEqual([OrderStatus.closed, [PayStatus.closed], []])
    expect(() => shop.gateway.buyer.pay(payment.payNo)).toThrow('closed')
    expect(await shop.verdictsOf(payment)).toEqual(['query: not_paid_yet', 'close: closed', 'closed: by_buyer'])
  })

  it('an order whose page was never opened is closed without a query', async () => {
    const shop = await openShop()
    const payment = await shop.order()
    for (let count = 0; count < 20; count += 1) await shop.orderAgain(payment)
    shop.gateway.answer('unknown')
    await shop.service.closeOrder(payment.orderId, as(zhang))
    expect((await shop.orderOf(payment)).status).toBe(OrderStatus.closed)
    expect(shop.gateway.calls).toMatchObject({ query: 0, close: 0 })
  })

  it('of many codes only the opened ones are closed at the gateway', async () => {
    const shop = await openShop()
    const payment = await orderWithOpenPage(shop)
    for (let count = 0; count < 5; count += 1) await shop.orderAgain(payment)
    await shop.service.closeOrder(payment.orderId, operator)
    expect(shop.gateway.calls).toMatchObject({ query: 1, close: 1 })
    expect((await shop.orderOf(payment)).payments.every(({ status }) => status === PayStatus.closed)).toBe(true)
  })

  it('a closed order is answered again, without a call to the gateway', async () => {
    const shop = await openShop()
    const payment = await orderWithOpenPage(shop)
    await shop.service.closeOrder(payment.orderId, operator)
    const calls = { ...shop.gateway.calls }
    expect((await shop.service.closeOrder(payment.orderId, operator)).status).toBe(OrderStatus.closed)
    expect(shop.gateway.calls).toEqual(calls)
  })

  it('a payment that the gateway knows to be paid is booked, and the order is not closed', async () => {
    const shop = await openShop()
    const payment = await shop.order()
    await shop.pay(payment)
    expect(await codeOf(shop.service.closeOrder(payment.orderId, as(zhang)))).toBe('order_already_paid')
    expect(await shop.statesOf(payment)).toEqual([OrderStatus.paid, [PayStatus.paid], []])
  })

  it('a payment that is paid between the query and the close is booked', async () => {
    const shop = await openShop()
    const payment = await orderWithOpenPage(shop)
    const { gateway } = shop.gateway
    const { close } = gateway
    Object.assign(gateway, {
      close(payNo: typeof payment.payNo) {
        shop.gateway.buyer.pay(payNo)
        return close(payNo)
      },
    })
    expect(await codeOf(shop.service.closeOrder(payment.orderId, as(zhang)))).toBe('order_already_paid')
  })

  it.each(['unknown', 'timeout_after_booking'] as const)('the answer %s leaves the order open', async (mode) => {
    const shop = await openShop()
    const payment = await orderWithOpenPage(shop)
    shop.gateway.answer(mode)
    expect(await codeOf(shop.service.closeOrder(payment.orderId, as(zhang)))).toBe('gateway_unknown')
    expect(await shop.statesOf(payment)).toEqual([OrderStatus.unpaid, [PayStatus.unpaid], []])
  })

  it('an unclear answer to the close itself leaves the order open, and says so', async () => {
    const shop = await openShop()
    const payment = await orderWithOpenPage(shop)
    const { gateway } = shop.gateway
    const { close } = gateway
    Object.assign(gateway, { close: async () => ({ kind: 'unknown', reason: 'no answer came' }) })
    await expect(shop.service.closeOrder(payment.orderId, as(zhang))).rejects.toThrow(
      'The answer of the payment service is ambiguous. The order stays open. Retry later.',
    )
    expect(await shop.statesOf(payment)).toEqual([OrderStatus.unpaid, [PayStatus.unpaid], []])
    Object.assign(gateway, { close })
    expect((await shop.service.closeOrder(payment.orderId, as(zhang))).status).toBe(OrderStatus.closed)
  })

  it('a trade that cannot be closed, and of which nobody says why, leaves the order open', async () => {
    const shop = await openShop()
    const payment = await orderWithOpenPage(shop)
    Object.assign(shop.gateway.gateway, {
      async close() {
        shop.gateway.answer('unknown')
        return { kind: 'not_closable' }
      },
    })
    expect(await codeOf(shop.service.closeOrder(payment.orderId, as(zhang)))).toBe('gateway_unknown')
    expect(await shop.statesOf(payment)).toEqual([OrderStatus.unpaid, [PayStatus.unpaid], []])
  })

  it('a trade that is gone when it is to be closed needs no second query', async () => {
    const shop = await openShop()
    const payment = await orderWithOpenPage(shop)
    Object.assign(shop.gateway.gateway, {
      async close() {
        shop.gateway.answer('unknown')
        return { kind: 'no_trade' }
      },
    })
    expect((await shop.service.closeOrder(payment.orderId, as(zhang))).status).toBe(OrderStatus.closed)
    expect(shop.gateway.calls.query).toBe(1)
  })

  it('each payment that is closed leaves an entry in the journal without a body', async () => {
    const shop = await openShop()
    const first = await shop.order()
    const second = await shop.orderAgain(first)
    await shop.service.closeOrder(first.orderId, as(zhang))
    for (const { payNo } of [first, second]) {
      const [entry, ...others] = await shop.orderStore.journal.listOf(payNo)
      expect(others).toEqual([])
      expect(entry).toMatchObject({ source: 'closed', verdict: 'by_buyer', receivedAt: shop.clock.now() })
      expect(entry?.body).toHaveLength(0)
    }
  })

  it('an order of many codes is closed in rounds: what a round closed is closed here too', async () => {
    const shop = await openShop()
    const payments = [await orderWithOpenPage(shop)]
    for (const _ of [1, 2]) {
      const next = await shop.orderAgain(payments[0] as Payment)
      await shop.callbacks.openPayPage({ token: next.token })
      shop.gateway.buyer.login(next.payNo)
      payments.push(next)
    }
    const [first, second, third] = payments as [Payment, Payment, Payment]
    const closeExpired = (id: Payment['orderId'], calls: number) =>
      closeWithinRateLimit(shop)(id, { reason: 'expired', rateLimiter: rateLimiterOf(calls) })
    expect(await closeExpired(first.orderId, 2)).toBe('left')
    expect(await shop.statesOf(first)).toEqual([
      OrderStatus.unpaid,
      [PayStatus.closed, PayStatus.closed, PayStatus.unpaid],
      [],
    ])
    expect((await shop.verdictsOf(second)).at(-1)).toBe('closed: expired')
    expect(await shop.verdictsOf(third)).toEqual([])
    expect(await closeExpired(first.orderId, 1)).toBe('closed')
    expect(await closeExpired(first.orderId, 1)).toBe('left')
    expect(await closeExpired('1' as never, 1)).toBe('left')
  })

  it('an order that gets new codes all the time is left to a later round of the expiry worker', async () => {
    const shop = await openShop()
    const payment = await orderWithOpenPage(shop)
    const close = closeWithinRateLimit(shop, async () => {
      await shop.callbacks.openPayPage({ token: (await shop.orderAgain(payment)).token })
      return 'done'
    })
    expect(await close(payment.orderId, { reason: 'expired' })).toBe('left')
    expect((await shop.orderOf(payment)).payments).toHaveLength(6)
  })

  it('a code that is added while the gateway is called is closed with the others', async () => {
    const shop = await openShop()
    const payment = await orderWithOpenPage(shop)
    const { gateway } = shop.gateway
    const { close } = gateway
    Object.assign(gateway, {
      async close(payNo: typeof payment.payNo) {
        await shop.orderAgain(payment)
        return close(payNo)
      },
    })
    await shop.service.closeOrder(payment.orderId, as(zhang))
    expect(await shop.statesOf(payment)).toEqual([OrderStatus.closed, [PayStatus.closed, PayStatus.closed], []])
    expect(shop.gateway.calls.close).toBe(1)
  })

  it('a buyer who requests codes without end keeps the order open', async () => {
    const shop = await openShop()
    const payment = await orderWithOpenPage(shop)
    const { gateway } = shop.gateway
    const { query } = gateway
    Object.assign(gateway, {
      async query(payNo: typeof payment.payNo) {
        const next = await shop.orderAgain(payment)
        await shop.callbacks.openPayPage({ token: next.token })
        return query(payNo)
      },
    })
    expect(await codeOf(shop.service.closeOrder(payment.orderId, as(zhang)))).toBe('state_conflict')
    expect((await shop.orderOf(payment)).status).toBe(OrderStatus.unpaid)
    // Five rounds with one new code each, and then no more.
    expect(shop.gateway.calls.query).toBe(5)
  })

  it("another user's order is not found, and an operator closes every order", async () => {
    const shop = await openShop()
    const payment = await shop.order()
    expect(await codeOf(shop.service.closeOrder(payment.orderId, as(li)))).toBe('order_not_found')
    expect((await shop.service.closeOrder(payment.orderId, operator)).status).toBe(OrderStatus.closed)
  })

  it("an operator's close stands in the log once, and an owner's does not", async () => {
    const shop = await openShop()
    const [first, second] = [await shop.order(zhang), await shop.order(li)]
    await Promise.all([1, 2, 3].map(() => shop.service.closeOrder(first.orderId, operator)))
    await shop.service.closeOrder(second.orderId, as(li))
    expect(await shop.views.actions(null)).toMatchObject([
      {
        ...{ kind: 'close', actor: operator.userId, subject: first.orderId, orderId: first.orderId },
        ...{ reason: '', detail: 'order closed' },
      },
    ])
  })
})
