import { describe, expect, it } from 'vitest'
import { members, openShop, payCode } from './shop.js'

const up = { name: 'store', check: async () => true }
const down = { name: 'broker', check: () => Promise.reject(new Error('amqp://guest:secret@host refused')) }

describe('GET /healthz', () => {
  it('is 200 without a token, whatever else is down', async () => {
    const { nobody } = await openShop({ readiness: [down] })
    const response = await nobody.get('/healthz')
    expect([response.status, await members(response)]).toEqual([200, { status: 'ok' }])
  })
})

describe('GET /readyz', () => {
  it('is 200 when every check passes', async () => {
    const { nobody } = await openShop({ readiness: [up] })
    const response = await nobody.get('/readyz')
    expect([response.status, await members(response)]).toEqual([200, { status: 'ready', checks: { store: 'ok' } }])
  })

  it('is 503 with Retry-After when one fails, and names it without its secrets', async () => {
    const { nobody, log } = await openShop({ readiness: [up, down] })
    const response = await nobody.get('/readyz')
    expect([response.status, response.headers.get('Retry-After')]).toEqual([503, '2'])
    expect(await members(response)).toEqual({ status: 'not_ready', checks: { store: 'ok', broker: 'failed' } })
    expect(log.lines).toContainEqual(expect.objectContaining({ event: 'not_ready', check: 'broker' }))
    expect(JSON.stringify(log.lines)).not.toContain('secret')
  })

  it('does not wait for a check that hangs', async () => {
    const asked = Promise.withResolvers<void>()
    const hangs = {
      name: 'store',
      check() {
        asked.resolve()
        return new Promise(() => {})
      },
    }
    const shop = await openShop({ readiness: [hangs] })
    const answer = shop.nobody.get('/readyz')
    await asked.promise
    await shop.scheduler.advance(2_000)
    expect(await members(await answer)).toMatchObject({ checks: { store: 'failed' } })
  })

  it('runs its checks once a second, however many ask', async () => {
    let checked = 0
    const counts = {
      name: 'store',
      async check() {
        checked += 1
      },
    }
    const { nobody, clock } = await openShop({ readiness: [counts] })
    const ask = () => Promise.all(Array.from({ length: 10 }, () => nobody.get('/readyz')))
    await ask()
    clock.advance(999)
    await ask()
    expect(checked).toBe(1)
    clock.advance(1)
    await ask()
    expect(checked).toBe(2)
  })

  it('leaves no timer behind', async () => {
    const shop = await openShop({ readiness: [up] })
    const before = shop.scheduler.pending()
    await shop.nobody.get('/readyz')
    expect(shop.scheduler.pending()).toBe(before)
  })
})

describe('GET /metrics', () => {
  it("counts requests by pattern and status, in Prometheus' format", async () => {
    const shop = await openShop()
    const { path, token, payNo } = await payCode(shop)
    await shop.nobody.get(path)
    await shop.nobody.get('/p/unknown')
    await shop.nobody.get('/somewhere/else')
    const response = await shop.nobody.get('/metrics')
    expect(response.headers.get('Content-Type')).toMatch(/^text\/plain; version=0\.0\.4/)
    const text = await response.text()
    expect(text).toContain('coursepay_http_requests_total{method="GET",route="/p/:token",status="302"} 1')
    expect(text).toContain('coursepay_http_requests_total{method="GET",route="/p/:token",status="404"} 1')
    expect(text).toContain('coursepay_http_requests_total{method="other",route="unmatched",status="404"} 1')
    expect(text).toContain('coursepay_http_request_duration_seconds_count{method="GET",route="/p/:token"} 2')
    for (const secret of [token, payNo, 'somewhere']) expect(text).not.toContain(secret)
  })

  it('has the gauges of the host, read when asked', async () => {
    let backlog = 1
    const gauges = [
      { name: 'coursepay_outbox_backlog', help: 'Messages that wait', read: async () => [{ value: backlog }] },
      {
        name: 'coursepay_orders',
        help: 'Orders by state',
        labelNames: ['status'],
        read: async () => (backlog > 1 ? [{ value: 3, labels: { status: '600001' } }] : []),
      },
    ]
    const { nobody } = await openShop({ gauges })
    expect(await (await nobody.get('/metrics')).text()).toContain('\ncoursepay_outbox_backlog 1\n')
    backlog = 2
    const text = await (await nobody.get('/metrics')).text()
    expect(text).toContain('\ncoursepay_outbox_backlog 2\n')
    expect(text).toContain('\ncoursepay_orders{status="600001"} 3\n')
  })

  it('leaves out a gauge that cannot be read, and keeps the others', async () => {
    const read = () => Promise.reject(new Error('store down'))
    const { nobody, log } = await openShop({ gauges: [{ name: 'coursepay_outbox_backlog', help: 'x', read }] })
    const response = await nobody.get('/metrics')
    expect(response.status).toBe(200)
    expect(await response.text()).not.toMatch(/^coursepay_outbox_backlog /m)
    expect(log.lines).toContainEqual(expect.objectContaining({ event: 'gauge_failed' }))
  })

  it('of two apps in one process are apart', async () => {
    const [one, other] = [await openShop(), await openShop()]
    await one.nobody.get('/healthz')
    expect(await (await other.nobody.get('/metrics')).text()).not.toContain('/healthz')
    expect(await (await one.nobody.get('/metrics')).text()).toContain('/healthz')
  })
})
