import { describe, expect, it } from 'vitest'
import { orderPageSchema } from '../src/schemas/order.js'
import { MINUTE, members, openShop, payCode } from './shop.js'

describe('GET /api/orders', () => {
  it('is an empty page at first, with the page and size that stand for absent ones', async () => {
    const { zhang } = await openShop()
    const response = await zhang.get('/api/orders')
    expect([response.status, response.headers.get('Cache-Control')]).toEqual([200, 'no-store'])
    expect(await members(response)).toEqual({ items: [], counts: 0, page: 1, pageSize: 10 })
  })

  it('has an order as its own address tells it, and no secret of its code', async () => {
    const shop = await openShop()
    const { orderId, token } = await payCode(shop)
    const order = await members(await shop.zhang.get(`/api/orders/${orderId}`))
    const text = await (await shop.zhang.get('/api/orders?page=1&size=5')).text()
    const page = orderPageSchema.strict().parse(JSON.parse(text))
    expect(page).toEqual({ items: [order], counts: 1, page: 1, pageSize: 5 })
    expect(text).not.toContain(token)
  })

  it('shows nobody the orders of another, not even an operator', async () => {
    const shop = await openShop()
    await payCode(shop)
    for (const caller of [shop.li, shop.operator]) {
      expect(await members(await caller.get('/api/orders'))).toMatchObject({ items: [], counts: 0 })
    }
  })

  it('still has an order whose time is over', async () => {
    const shop = await openShop()
    const { orderId } = await payCode(shop)
    shop.clock.advance(31 * MINUTE)
    await shop.scheduler.advance(5_000)
    expect(await members(await shop.zhang.get('/api/orders'))).toMatchObject({
      items: [{ id: orderId, status: '600003' }],
    })
  })

  it('counts all on a page behind the end', async () => {
    const shop = await openShop()
    await payCode(shop)
    const response = await shop.zhang.get('/api/orders?page=3&size=100')
    expect(await members(response)).toEqual({ items: [], counts: 1, page: 3, pageSize: 100 })
  })

  it.each(['page=0', 'page=1.5', 'page=x', 'size=0', 'size=101'])('refuses ?%s as malformed', async (query) => {
    const { zhang } = await openShop()
    const response = await zhang.get(`/api/orders?${query}`)
    expect([response.status, await members(response)]).toMatchObject([400, { code: 'invalid_request' }])
  })

  it('answers 401 to who brings no token', async () => {
    const { nobody } = await openShop()
    expect((await nobody.get('/api/orders')).status).toBe(401)
  })
})
