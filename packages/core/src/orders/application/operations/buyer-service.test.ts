import { describe, expect, it } from 'vitest'
import { as, li, openShop, operator, zhang } from '../../../../test/shop.js'
import { OrderType, outBusinessId } from '../../../index.js'

describe('a buyer', () => {
  it('sees their own orders, newest first, with payments and refunds', async () => {
    const shop = await openShop()
    const first = await shop.buy()
    await shop.service.refundOrder(first.orderId, { amount: null, reason: 'mistake', outRequestNo: 'R1' }, operator)
    await shop.advance(0)
    const second = await shop.order()
    const { orders, total } = await shop.orders.buyer.myOrders(zhang, 1, 10)
    expect(total).toBe(2)
    expect(orders).toEqual([
      await shop.service.getOrder(second.orderId, as(zhang)),
      await shop.service.getOrder(first.orderId, as(zhang)),
    ])
    expect(orders[1]?.refunds).toMatchObject([{ outRequestNo: 'R1' }])
  })

  it('sees an empty page behind the last one, with the total', async () => {
    const shop = await openShop()
    const { orderId } = await shop.order()
    expect(await shop.orders.buyer.myOrders(zhang, 1, 1)).toMatchObject({ orders: [{ id: orderId }] })
    expect(await shop.orders.buyer.myOrders(zhang, 2, 1)).toEqual({ orders: [], total: 1 })
    expect(await shop.orders.buyer.myOrders(zhang, 2, 2)).toEqual({ orders: [], total: 1 })
  })

  it("sees no other user's orders, and finds none by its business id; nor does an operator", async () => {
    const shop = await openShop()
    const payment = await shop.order()
    const { outBusinessId: id } = await shop.orderOf(payment)
    const { buyer } = shop.orders
    for (const user of [li, operator.userId]) {
      expect(await buyer.myOrders(user, 1, 10)).toEqual({ orders: [], total: 0 })
      expect(await buyer.myOrderFor(user, OrderType.course, id)).toBeNull()
    }
    expect(await buyer.myOrderFor(zhang, OrderType.course, outBusinessId('nothing'))).toBeNull()
    expect(await buyer.myOrderFor(zhang, OrderType.material, id)).toBeNull()
    expect(await buyer.myOrderFor(zhang, OrderType.course, id)).toMatchObject({ id: payment.orderId })
  })
})
