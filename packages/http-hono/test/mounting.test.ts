import { Hono } from 'hono'
import { basicAuth } from 'hono/basic-auth'
import { HTTPException } from 'hono/http-exception'
import { describe, expect, it } from 'vitest'
import { createCheckoutApp } from '../src/index.js'
import { addOrder, client, members, memoryLog, openShop } from './shop.js'

const authenticate = () => Promise.reject(new Error('not asked for'))

describe('createCheckoutApp', () => {
  it('can be mounted beside the routes of a host, and leaves those alone', async () => {
    const shop = await openShop()
    const host = new Hono()
    host.notFound((c) => c.text('the host knows nothing', 404))
    host.onError((_, c) => c.text('the host failed', 500))
    host.route('/', shop.app)
    host.get('/shop', (c) => c.text('the shop'))
    host.get('/broken', () => {
      throw new Error('of the host')
    })
    const text = async (path: string) => (await host.request(path)).text()
    expect(await text('/shop')).toBe('the shop')
    expect(await text('/nowhere')).toBe('the host knows nothing')
    expect(await text('/broken')).toBe('the host failed')
    expect((await host.request('/api/orders/1')).status).toBe(401)
    expect((await host.request('/api/orders/1', { method: 'PATCH' })).status).toBe(405)
  })

  it('leaves a route of the host its own refusals', async () => {
    const { app } = await openShop()
    app.get('/private', basicAuth({ username: 'a', password: 'b' }), (c) => c.text('in'))
    const refused = await app.request('/private')
    expect([refused.status, refused.headers.get('WWW-Authenticate')]).toEqual([401, 'Basic realm="Secure Area"'])
  })

  it.each([401, 413, 503] as const)(
    'answers what the host throws to authenticate with status %i as it is',
    async (status) => {
      const refuse = () => Promise.reject(new HTTPException(status, { message: 'the host refuses' }))
      const { app, log } = await openShop({ authenticate: refuse })
      const refused = await app.request('/api/orders/1')
      expect([refused.status, await refused.text()]).toEqual([status, 'the host refuses'])
      expect(log.lines).toMatchObject([{ route: '/api/orders/:orderId', status }])
    },
  )

  it('works under a path, when publicBaseUrl has it too', async () => {
    const shop = await openShop({ publicBaseUrl: 'https://example.com/checkout/' })
    const host = new Hono().route('/checkout', shop.app)
    const { Authorization } = await shop.authorization()
    const zhang = client(host, Authorization.slice('Bearer '.length))
    const { id } = await members(await zhang.post('/checkout/api/learning/choosecourse/1'))
    const { payUrl } = await members(await zhang.post('/checkout/api/orders/generatepaycode', addOrder(id)))
    expect(payUrl).toMatch(/^https:\/\/example\.com\/checkout\/p\/\w+$/)
    expect((await host.request(new URL(String(payUrl)).pathname)).status).toBe(302)
    expect(shop.log.lines).toContainEqual(expect.objectContaining({ route: '/p/:token', status: 302 }))
  })

  it('answers its failures under a host as it does alone, and logs them once', async () => {
    const shop = await openShop({ writeLimit: { perSecond: 1, burst: 1 } })
    const host = new Hono()
    host.onError((_, c) => c.text('the host failed', 500))
    host.route('/pay', shop.app)
    const { Authorization } = await shop.authorization()
    const headers = { Authorization, 'Content-Type': 'application/json' }
    const post = async (path: string, body: string) => host.request(`/pay${path}`, { method: 'POST', headers, body })
    const invalid = await post('/api/orders/generatepaycode', '{}')
    expect([invalid.status, await members(invalid)]).toMatchObject([400, { code: 'invalid_request' }])
    const tooMuch = await post('/api/orders/generatepaycode', '{}')
    expect([tooMuch.status, await members(tooMuch)]).toMatchObject([429, { code: 'too_many_requests' }])
    const page = await host.request('/pay/p/none')
    expect([page.status, page.headers.get('Content-Type')]).toEqual([404, 'text/html; charset=utf-8'])
    shop.orderStore.faults.breakDown()
    const notified = await post('/api/orders/receivenotify', 'a=1')
    expect([notified.status, await notified.text()]).toEqual([503, 'fail'])
    const codes = shop.log.lines.filter(({ event }) => event === 'request').map(({ code }) => code)
    expect(codes).toEqual(['invalid_request', 'too_many_requests', 'pay_record_not_found', 'store_unavailable'])
  })

  it('without orders has the learning centre alone', async () => {
    const { app } = await openShop({ orders: undefined, payments: undefined })
    expect((await app.request('/api/learning/mycoursetable')).status).toBe(401)
    for (const path of ['/api/orders/1', '/p/token', '/api/orders/payresult', '/api/orders/requestpay']) {
      expect((await app.request(path)).status).toBe(404)
    }
    expect((await app.request('/api/orders/receivenotify', { method: 'POST' })).status).toBe(404)
    expect((await app.request('/healthz')).status).toBe(200)
  })

  it('without learning has the orders alone', async () => {
    const { app } = await openShop({ learning: undefined })
    expect((await app.request('/api/orders/1')).status).toBe(401)
    expect((await app.request('/api/learning/mycoursetable')).status).toBe(404)
  })

  it.each(['not an address', 'ftp://example.com', 'javascript:alert(1)', ''])(
    'refuses %j as publicBaseUrl',
    (address) => {
      expect(() => createCheckoutApp({ authenticate, publicBaseUrl: address, log: memoryLog() })).toThrow(TypeError)
    },
  )

  it('answers HEAD as GET without a body', async () => {
    const { app } = await openShop()
    const response = await app.request('/healthz', { method: 'HEAD' })
    expect([response.status, await response.text()]).toEqual([200, ''])
  })
})
