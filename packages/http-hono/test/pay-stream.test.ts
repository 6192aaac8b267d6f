import { type OrderService, payNo, userId } from '@coursepay/core'
import { settableClock } from '@coursepay/core/fakes'
import { describe, expect, it } from 'vitest'
import { payEventSchema } from '../src/schemas/order.js'
import { addOrder, members, openShop, payCode, type Shop } from './shop.js'

/** What of an open stream has come so far. */
function read(response: Response) {
  const reader = response.body?.getReader()
  if (reader === undefined) throw new Error('no body')
  let text = ''
  const ended = (async () => {
    const decoder = new TextDecoder()
    for (let part = await reader.read(); !part.done; part = await reader.read()) text += decoder.decode(part.value)
  })()
  return {
    ended,
    leave: () => reader.cancel(),
    text: () => text,
    statuses: () => [...text.matchAll(/^event: status\ndata: (.*)$/gm)].map(([, data = '']) => JSON.parse(data).status),
  }
}

/** Counts what the stream asks of the order service. */
const counted = (orders: OrderService, calls: { queryPayResult: number; getOrder: number }): OrderService => ({
  ...orders,
  queryPayResult(number, actor) {
    calls.queryPayResult += 1
    return orders.queryPayResult(number, actor)
  },
  getOrder(id, actor) {
    calls.getOrder += 1
    return orders.getOrder(id, actor)
  },
})

const streamOf = (number: string) => `/api/orders/payresult/stream?payNo=${number}`

async function openStream(shop: Shop, number: string) {
  const stream = read(await shop.zhang.get(streamOf(number)))
  await shop.scheduler.advance(0)
  return stream
}

/** Timers of the services themselves are there too. */
async function idleTimers(shop: Shop) {
  await shop.scheduler.advance(0)
  return shop.scheduler.pending()
}

async function openWatchedShop(wrap: (orders: OrderService) => OrderService = (orders) => orders) {
  const calls = { queryPayResult: 0, getOrder: 0 }
  const shop = await openShop((orders) => ({ orders: counted(wrap(orders), calls) }))
  return { shop, calls }
}

/** Alipay takes the money and tells it. */
async function payAndNotify(shop: Shop, number: string) {
  shop.gateway.buyer.pay(payNo(number))
  const body = shop.gateway.notify(payNo(number))
  await shop.app.request('/api/orders/paynotify', { method: 'POST', body })
}

describe('GET /api/orders/payresult/stream', () => {
  it('tells the state at once, as the contract has it, to be stored by nobody', async () => {
    const shop = await openShop()
    const { payNo: number } = await payCode(shop)
    const response = await shop.zhang.get(streamOf(number))
    expect(response.headers.get('Content-Type')).toBe('text/event-stream; charset=utf-8')
    expect(response.headers.get('Cache-Control')).toBe('no-store')
    const stream = read(response)
    await shop.scheduler.advance(0)
    const [, data = ''] = /^event: status\ndata: (.*)\n\n/m.exec(stream.text()) ?? []
    expect(payEventSchema.strict().parse(JSON.parse(data))).toMatchObject({
      payNo: number,
      status: '601001',
      orderStatus: '600001',
    })
    await stream.leave()
  })

  it('finds a payment whose notification was lost, tells it once and ends', async () => {
    const shop = await openShop()
    const { payNo: number, path } = await payCode(shop)
    const stream = await openStream(shop, number)
    await shop.nobody.get(path)
    await shop.scheduler.advance(20_000)
    expect(stream.statuses()).toEqual(['601001'])
    shop.gateway.buyer.pay(payNo(number))
    await shop.scheduler.advance(10_000)
    await stream.ended
    expect(stream.statuses()).toEqual(['601001', '601002'])
  })

  it('tells a notification that was booked within a second, however seldom the gateway is asked', async () => {
    const shop = await openShop()
    const { payNo: number, path } = await payCode(shop)
    await shop.nobody.get(path)
    const stream = await openStream(shop, number)
    await shop.scheduler.advance(30_500)
    const asked = shop.gateway.calls.query
    await payAndNotify(shop, number)
    await shop.scheduler.advance(1_000)
    await stream.ended
    expect(stream.statuses()).toEqual(['601001', '601002'])
    expect(shop.gateway.calls.query).toBe(asked)
  })

  it('ends at once when there is nothing to wait for', async () => {
    const shop = await openShop()
    const { payNo: number, orderId } = await payCode(shop)
    await shop.zhang.post(`/api/orders/${orderId}/close`)
    const stream = await openStream(shop, number)
    await stream.ended
    expect(stream.statuses()).toEqual(['601004'])
  })

  it('ends for a second attempt when the order is paid by the first', async () => {
    const shop = await openShop()
    const first = await payCode(shop)
    const again = await shop.zhang.post('/api/orders/generatepaycode', addOrder(first.outBusinessId))
    const stream = await openStream(shop, String((await members(again)).payNo))
    await shop.nobody.get(first.path)
    await payAndNotify(shop, first.payNo)
    await shop.scheduler.advance(1_000)
    await stream.ended
    expect(stream.statuses()).toEqual(['601001', '601001'])
    expect(stream.text()).toMatch(/"orderStatus":"600001"[\s\S]*"orderStatus":"600002"/)
  })

  it('asks the gateway after 1, 2, 5 and 10 seconds, then every 10, and the store in between', async () => {
    const { shop, calls } = await openWatchedShop()
    const { payNo: number } = await payCode(shop)
    const stream = await openStream(shop, number)
    const asked: number[] = []
    for (let second = 0; second <= 40; second += 1) {
      if (calls.queryPayResult > asked.length) asked.push(second)
      await shop.scheduler.advance(1_000)
    }
    expect(asked).toEqual([0, 1, 3, 8, 18, 28, 38])
    expect(calls.getOrder).toBe(1 + 41)
    await stream.leave()
  })

  it('sends a comment every 15 seconds', async () => {
    const shop = await openShop()
    const { payNo: number } = await payCode(shop)
    const stream = await openStream(shop, number)
    await shop.scheduler.advance(46_000)
    expect(stream.text().match(/^:$/gm)).toHaveLength(3)
    await stream.leave()
  })

  it('asks no more for 32 watchers than for one', async () => {
    const { shop, calls } = await openWatchedShop()
    const { payNo: number, path } = await payCode(shop)
    await shop.nobody.get(path)
    const streams = await Promise.all(Array.from({ length: 32 }, () => openStream(shop, number)))
    Object.assign(calls, { queryPayResult: 0, getOrder: 0 })
    await shop.scheduler.advance(8_000)
    expect(calls).toEqual({ queryPayResult: 3, getOrder: 8 })
    shop.gateway.buyer.pay(payNo(number))
    await shop.scheduler.advance(10_000)
    await Promise.all(streams.map(({ ended }) => ended))
    for (const stream of streams) expect(stream.statuses()).toEqual(['601001', '601002'])
  })

  it('is refused to a user who has 32 open, until one of them ends', async () => {
    const shop = await openShop()
    const { payNo: number } = await payCode(shop)
    const answers = await Promise.all(Array.from({ length: 40 }, () => shop.zhang.get(streamOf(number))))
    const [opened, refused] = [answers.filter(({ ok }) => ok), answers.filter(({ ok }) => !ok)]
    expect([opened.length, refused.length, refused[0]?.status]).toEqual([32, 8, 429])
    expect(refused[0]?.headers.get('Retry-After')).toBe('1')
    expect(await members(refused[0] ?? new Response())).toMatchObject({ code: 'too_many_requests' })
    const headers = await shop.authorization()
    await shop.app.request(streamOf(number), { method: 'HEAD', headers })
    expect((await shop.li.get(streamOf(number))).status).toBe(404)
    const streams = opened.map(read)
    await streams[0]?.leave()
    streams[0] = await openStream(shop, number)
    expect(streams[0].statuses()).toEqual(['601001'])
    expect((await shop.zhang.get(streamOf(number))).status).toBe(429)
    await Promise.all(streams.map((stream) => stream.leave()))
  })

  it('ends with the token that opened it', async () => {
    const clock = settableClock()
    const expiresAt = clock.now() + 5_000
    const shop = await openShop({ authenticate: async () => ({ userId: userId('zhang'), operator: false, expiresAt }) })
    const { payNo: number } = await payCode(shop)
    const stream = await openStream(shop, number)
    await shop.scheduler.advance(4_999)
    expect(await idleTimers(shop)).toBeGreaterThan(0)
    await shop.scheduler.advance(1)
    await stream.ended
    expect(stream.statuses()).toEqual(['601001'])
  })

  it('leaves no timer behind, whether the payment ends or the watchers leave', async () => {
    const shop = await openShop()
    const { payNo: number, orderId } = await payCode(shop)
    const before = await idleTimers(shop)
    const left = await Promise.all([openStream(shop, number), openStream(shop, number)])
    expect(await idleTimers(shop)).toBe(before + 2)
    await left[0]?.leave()
    expect(await idleTimers(shop)).toBe(before + 2)
    await left[1]?.leave()
    expect(await idleTimers(shop)).toBe(before)

    const stream = await openStream(shop, number)
    await shop.zhang.post(`/api/orders/${orderId}/close`)
    await shop.scheduler.advance(1_000)
    await stream.ended
    expect(stream.statuses()).toEqual(['601001', '601004'])
    expect(await idleTimers(shop)).toBe(before)
  })

  it('watches nothing for HEAD, whose answer nobody reads', async () => {
    const shop = await openShop()
    const { payNo: number } = await payCode(shop)
    const before = await idleTimers(shop)
    const headers = await shop.authorization()
    expect((await shop.app.request(streamOf(number), { method: 'HEAD', headers })).status).toBe(200)
    expect(await idleTimers(shop)).toBe(before)
  })

  it('continues while the store is away, and logs it once', async () => {
    const shop = await openShop()
    const { payNo: number, orderId } = await payCode(shop)
    const stream = await openStream(shop, number)
    shop.orderStore.faults.breakDown()
    await shop.scheduler.advance(10_000)
    expect(shop.log.lines.filter(({ event }) => event === 'watch_failed')).toHaveLength(1)
    shop.orderStore.faults.recover()
    await shop.zhang.post(`/api/orders/${orderId}/close`)
    await shop.scheduler.advance(1_000)
    await stream.ended
    expect(stream.statuses()).toEqual(['601001', '601004'])
  })

  it('tells what the store knows while the gateway does not answer', async () => {
    let hangs = false
    const { shop } = await openWatchedShop((orders) => ({
      ...orders,
      queryPayResult: (number, actor) => (hangs ? new Promise(() => {}) : orders.queryPayResult(number, actor)),
    }))
    const { payNo: number, path } = await payCode(shop)
    await shop.nobody.get(path)
    const stream = await openStream(shop, number)
    hangs = true
    await shop.scheduler.advance(5_000)
    await payAndNotify(shop, number)
    await shop.scheduler.advance(1_000)
    await stream.ended
    expect(stream.statuses()).toEqual(['601001', '601002'])
  })

  it('ends when the server closes, and at once for a new client', async () => {
    const closing = new AbortController()
    const shop = await openShop({ closing: closing.signal })
    const { payNo: number } = await payCode(shop)
    const before = await idleTimers(shop)
    const stream = await openStream(shop, number)
    closing.abort()
    await stream.ended
    await (await openStream(shop, number)).ended
    expect(await idleTimers(shop)).toBe(before)
  })

  it('is for the owner alone, and answers as payresult does', async () => {
    const shop = await openShop()
    const { payNo: number } = await payCode(shop)
    expect((await shop.nobody.get(streamOf(number))).status).toBe(401)
    const foreign = await shop.li.get(streamOf(number))
    expect([foreign.status, await members(foreign)]).toMatchObject([404, { code: 'pay_record_not_found' }])
    expect((await shop.zhang.get(streamOf('1'))).status).toBe(404)
    expect((await shop.zhang.get('/api/orders/payresult/stream')).status).toBe(400)
  })
})
