import { describe, expect, it } from 'vitest'
import { as, li, openShop, operator, zhang } from '../../../test/shop.js'
import { outBusinessId } from '../../index.js'

describe('what buyers ask of all that is their own', () => {
  it('given two orders, then the newest comes first, each with its attempts and refunds', async () => {
    const shop = await openShop()
    const first = await shop.order()
    await shop.pay(first)
    await shop.notify(first)
    await shop.service.refundOrder(first.orderId, { amount: null, reason: 'mistake', outRequestNo: 'R1' }, operator)
    await shop.advance(0)
    const second = await shop.order()
    const { views, total } = await shop.orders.buyer.myOrders(zhang, 1, 10)
    expect(total).toBe(2)
    expect(views).toEqual([
      await shop.service.getOrder(second.orderId, as(zhang)),
      await shop.service.getOrder(first.orderId, as(zhang)),
    ])
    expect(views[1]?.refunds).toMatchObject([{ outRequestNo: 'R1' }])
  })

  it('given one order and pages of one, then the second page is empty and still tells the total', async () => {
    const shop = await openShop()
    const { orderId } = await shop.order()
    expect(await shop.orders.buyer.myOrders(zhang, 1, 1)).toMatchObject({ views: [{ order: { id: orderId } }] })
    expect(await shop.orders.buyer.myOrders(zhang, 2, 1)).toEqual({ views: [], total: 1 })
  })

  it('given the order of another user, then it is in no list, and is not found by its business id', async () => {
    const shop = await openShop()
    const { orderId } = await shop.order()
    const { order } = await shop.service.getOrder(orderId, as(zhang))
    expect(await shop.orders.buyer.myOrders(li, 1, 10)).toEqual({ views: [], total: 0 })
    expect(await shop.orders.buyer.myOrders(operator.userId, 1, 10)).toEqual({ views: [], total: 0 })
    expect(await shop.orders.buyer.myOrderFor(li, order.outBusinessId)).toBeNull()
    expect(await shop.orders.buyer.myOrderFor(zhang, outBusinessId('nothing'))).toBeNull()
    expect(await shop.orders.buyer.myOrderFor(zhang, order.outBusinessId)).toMatchObject({ order: { id: orderId } })
  })
})
