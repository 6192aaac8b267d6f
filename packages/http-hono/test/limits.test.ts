import { describe, expect, it } from 'vitest'
import { addOrder, members, openShop, payCode } from './shop.js'

const choose = '/api/learning/choosecourse/1'

describe('the write limit', () => {
  it('lets one user write 200 times at once, then 20 times a second, and others as before', async () => {
    const shop = await openShop()
    const send = async (count: number, client = shop.zhang) => {
      const answers = await Promise.all(Array.from({ length: count }, () => client.post(choose)))
      return answers.filter(({ status }) => status === 200).length
    }
    expect(await send(210)).toBe(200)
    expect(await send(5, shop.li)).toBe(5)
    shop.clock.advance(1_000)
    expect(await send(30)).toBe(20)
  })

  it('answers 429 with Retry-After, and reading continues', async () => {
    const shop = await openShop({ writeLimit: { perSecond: 1, burst: 1 } })
    await shop.zhang.post(choose)
    const refused = await shop.zhang.post(choose)
    expect([refused.status, refused.headers.get('Retry-After')]).toEqual([429, '1'])
    expect(await members(refused)).toMatchObject({ code: 'too_many_requests', errMessage: '操作过于频繁，请稍后重试' })
    expect((await shop.zhang.get('/api/learning/mycoursetable')).status).toBe(200)
    expect((await shop.zhang.post('/api/learning/choosecourse/learnstatus/1')).status).toBe(200)
  })

  it('stands before the body is read', async () => {
    const shop = await openShop({ writeLimit: { perSecond: 1, burst: 1 } })
    await shop.zhang.post(choose)
    expect((await shop.zhang.post('/api/orders/generatepaycode', '{broken')).status).toBe(429)
  })

  it('can be taken away', async () => {
    const shop = await openShop({ writeLimit: null })
    const answers = await Promise.all(Array.from({ length: 300 }, () => shop.zhang.post(choose)))
    expect(answers.every(({ status }) => status === 200)).toBe(true)
  })
})

describe('every answer', () => {
  it('tells browsers to take it for what it says', async () => {
    const shop = await openShop()
    const { path, payNo, orderId, outBusinessId } = await payCode(shop)
    const answers = await Promise.all([
      ...['/healthz', '/readyz', '/metrics', '/openapi.json', '/docs', '/docs/try', '/docs/start.js', '/docs/none'].map(
        shop.nobody.get,
      ),
      ...[path, `${path}/return`, '/p/none', '/nowhere', '/api/orders/1', '/api/ops/stuck'].map(shop.nobody.get),
      shop.nobody.post('/api/orders/receivenotify', 'a=1'),
      shop.nobody.post('/healthz'),
      shop.zhang.get(`/api/orders/${orderId}`),
      shop.zhang.get(`/api/orders/payresult?payNo=${payNo}`),
      shop.zhang.get(`/api/orders/requestpay?payNo=${payNo}`),
      shop.zhang.post('/api/orders/generatepaycode', addOrder(outBusinessId)),
      shop.zhang.post('/api/orders/generatepaycode', '{'),
    ])
    const stream = await shop.zhang.get(`/api/orders/payresult/stream?payNo=${payNo}`)
    await stream.body?.cancel()
    for (const { headers, status } of [...answers, stream]) {
      expect([status, headers.get('X-Content-Type-Options')]).toEqual([status, 'nosniff'])
    }
  })
})

describe('what belongs to somebody else', () => {
  it('is answered byte for byte as what is not there', async () => {
    const shop = await openShop()
    const { payNo, orderId, outBusinessId } = await payCode(shop)
    const { li } = shop
    const same = async (foreign: Promise<Response>, missing: Promise<Response>) => {
      const [some, other] = await Promise.all([foreign, missing])
      expect([some.status, [...some.headers], await some.text()]).toEqual([404, [...other.headers], await other.text()])
    }
    const none = '7000000000000000001'
    await same(li.get(`/api/orders/${orderId}`), li.get(`/api/orders/${none}`))
    await same(li.post(`/api/orders/${orderId}/close`), li.post(`/api/orders/${none}/close`))
    for (const call of ['payresult', 'payresult/stream', 'requestpay']) {
      await same(li.get(`/api/orders/${call}?payNo=${payNo}`), li.get(`/api/orders/${call}?payNo=${none}`))
    }
    const code = '/api/orders/generatepaycode'
    await same(li.post(code, addOrder(outBusinessId)), li.post(code, addOrder(none)))
  })
})
