import { describe, expect, it } from 'vitest'
import { as, codeOf, li, openShop, operator, type Shop, zhang } from '../../../../test/shop.js'
import { OrderStatus, type Payment, PayStatus } from '../../../index.js'

/** The buyer has the gateway's page open, signed in or not. */
async function opened(shop: Shop, login = true): Promise<Payment> {
  const payment = await shop.order()
  await shop.callbacks.openPayPage({ token: payment.token })
  if (login) shop.gateway.buyer.login(payment.payNo)
  return payment
}

describe('closeOrder', () => {
  it('an order whose page is open is closed at the gateway and here', async () => {
    const shop = await openShop()
    const payment = await opened(shop)
    expect(await shop.service.closeOrder(payment.orderId, as(zhang))).toMatchObject({ status: OrderStatus.closed })
    expect(await shop.statesOf(payment)).toEqual([OrderStatus.closed, [PayStatus.closed], []])
    expect(() => shop.gateway.buyer.pay(payment.payNo)).toThrow('closed')
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
    const payment = await opened(shop)
    for (let count = 0; count < 5; count += 1) await shop.orderAgain(payment)
    await shop.service.closeOrder(payment.orderId, operator)
    expect(shop.gateway.calls).toMatchObject({ query: 1, close: 1 })
    expect((await shop.orderOf(payment)).payments.every(({ status }) => status === PayStatus.closed)).toBe(true)
  })

  it('a closed order is answered again, without a call to the gateway', async () => {
    const shop = await openShop()
    const payment = await opened(shop)
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
    const payment = await opened(shop)
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
    const payment = await opened(shop)
    shop.gateway.answer(mode)
    expect(await codeOf(shop.service.closeOrder(payment.orderId, as(zhang)))).toBe('gateway_unknown')
    expect(await shop.statesOf(payment)).toEqual([OrderStatus.unpaid, [PayStatus.unpaid], []])
  })

  it('a code that is added while the gateway is called is closed with the others', async () => {
    const shop = await openShop()
    const payment = await opened(shop)
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
    const payment = await opened(shop)
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
      { kind: 'close', actor: operator.userId, subject: first.orderId, orderId: first.orderId },
    ])
  })
})
