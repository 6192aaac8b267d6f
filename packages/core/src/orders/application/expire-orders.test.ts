import { describe, expect, it } from 'vitest'
import { li, MINUTE, openShop, operator, type Shop, zhang } from '../../../test/shop.js'
import { OrderStatus, type PayNo } from '../../index.js'
import { expireOrders } from './expire-orders.js'

/** The sweeper alone, before a gateway that is not clear about one attempt. */
function sweeperOf(shop: Shop, unclear: PayNo, batch: number) {
  const { stores, unitOfWork } = shop.orderTables
  const settings = { closeGraceMs: 0 } as never
  const close = async ({ payNo }: { readonly payNo: PayNo }) => (payNo === unclear ? 'unclear' : 'done')
  return expireOrders({ stores, unitOfWork, clock: shop.clock, settings }, close, { take: () => true }, batch)
}

describe('the expiry sweeper', () => {
  it('given a gateway that is not clear for an hour, then it is asked about an order less and less often', async () => {
    const shop = await openShop()
    const attempt = await shop.order()
    shop.gateway.answer('unknown')
    await shop.advance(91 * MINUTE)
    // 5 s, 10 s, 20 s, and then every 40 s.
    expect(shop.gateway.calls.query).toBeGreaterThan(80)
    expect(shop.gateway.calls.query).toBeLessThan(100)
    shop.gateway.answer('clear')
    await shop.advance(MINUTE)
    expect((await shop.service.getOrder(attempt.orderId, operator)).order.status).toBe(OrderStatus.closed)
  })

  it('given an order that stays unclear, then it stands in the way of no other', async () => {
    const shop = await openShop()
    const [stuck, other] = [await shop.order(zhang), await shop.order(li)]
    shop.clock.advance(31 * MINUTE)
    const sweep = sweeperOf(shop, stuck.payNo, 1)
    expect(await sweep()).toEqual({ closed: 0, unclear: 1, more: false })
    expect(await sweep()).toEqual({ closed: 1, unclear: 0, more: true })
    expect((await shop.service.getOrder(other.orderId, operator)).order.status).toBe(OrderStatus.closed)
    expect(await sweep()).toEqual({ closed: 0, unclear: 0, more: false })
  })

  it('given more orders than the budget has questions, then it asks no more, and goes on later', async () => {
    const shop = await openShop({ queriesPerSecond: 1 })
    for (const user of [zhang, li]) await shop.order(user)
    await shop.advance(30 * MINUTE + 5_000)
    expect(shop.gateway.calls.query).toBe(1)
    await shop.advance(1_000)
    expect(shop.gateway.calls.query).toBe(2)
  })
})
