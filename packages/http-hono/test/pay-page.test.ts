import { CheckoutError, type CheckoutErrorCode, fen, type PaymentCallbacks, payNo } from '@coursepay/core'
import { describe, expect, it } from 'vitest'
import { problemTable } from '../src/index.js'
import { addOrder, MINUTE, members, openShop, paidCourse, payCode, type Shop } from './shop.js'

/** What a page shows, as a browser reads it. */
const decodeEntities = (text: string) =>
  text.replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => entities[name] ?? '')
const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" }
const linkOf = (page: string) => decodeEntities(/<a href="([^"]*)"/.exec(page)?.[1] ?? '')

const callbacksWith = (openPayPage: PaymentCallbacks['openPayPage']): PaymentCallbacks => ({
  openPayPage,
  receiveNotify: async () => ({ answer: 'fail', verdict: 'rejected' }),
  returnFromPayPage: () => Promise.reject(new Error('not asked for')),
})

describe('GET /p/:token', () => {
  it("sends the phone to the gateway's page, with a link for one that does not follow", async () => {
    const shop = await openShop()
    const { path, payNo: number } = await payCode(shop)
    const response = await shop.nobody.get(path)
    expect(response.status).toBe(302)
    const location = String(response.headers.get('Location'))
    expect(new URL(location).searchParams.get('payNo')).toBe(number)
    expect(linkOf(await response.text())).toBe(location)
  })

  it('lets nobody store the address, be told it, frame the page or run anything on it', async () => {
    const shop = await openShop()
    const { path } = await payCode(shop)
    for (const address of [path, '/p/unknown']) {
      const { headers } = await shop.nobody.get(address)
      expect(headers.get('Content-Type')).toBe('text/html; charset=utf-8')
      expect(headers.get('Cache-Control')).toBe('no-store')
      expect(headers.get('Referrer-Policy')).toBe('no-referrer')
      expect(headers.get('X-Content-Type-Options')).toBe('nosniff')
      const policy = headers.get('Content-Security-Policy')
      expect(policy).toContain("default-src 'none'")
      expect(policy).toContain("frame-ancestors 'none'")
      expect(policy).not.toContain('unsafe')
    }
  })

  it('allows its own style by the hash that a browser computes', async () => {
    const shop = await openShop()
    const response = await shop.nobody.get('/p/unknown')
    const style = /<style>([\s\S]*)<\/style>/.exec(await response.text())?.[1] ?? ''
    const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(style))
    const hash = btoa(String.fromCharCode(...new Uint8Array(digest)))
    expect(response.headers.get('Content-Security-Policy')).toContain(`style-src 'sha256-${hash}'`)
  })

  it('says that a code is unknown', async () => {
    const { nobody } = await openShop()
    const response = await nobody.get('/p/unknown')
    expect([response.status, await response.text()]).toEqual([404, expect.stringContaining('请重新获取二维码')])
  })

  it('says that an order is paid', async () => {
    const shop = await openShop()
    const { path, payNo: number } = await payCode(shop)
    await shop.nobody.get(path)
    shop.gateway.buyer.pay(payNo(number))
    await shop.zhang.get(`/api/orders/payresult?payNo=${number}`)
    const response = await shop.nobody.get(path)
    expect([response.status, await response.text()]).toEqual([409, expect.stringContaining('订单已支付')])
  })

  it('says that a code has run out, or that its order is closed', async () => {
    const shop = await openShop()
    const { path, orderId } = await payCode(shop)
    await shop.zhang.post(`/api/orders/${orderId}/close`)
    expect(await (await shop.nobody.get(path)).text()).toContain('订单已关闭')
    shop.clock.advance(31 * MINUTE)
    const late = await shop.nobody.get(path)
    expect([late.status, await late.text()]).toEqual([409, expect.stringContaining('二维码已过期')])
  })

  it.each([
    ['order_already_paid', false],
    ['order_closed', false],
    ['pay_record_expired', false],
    ['pay_record_not_found', true],
    ['store_unavailable', true],
  ] as const)('given %s, then a number to ask about is shown: %s', async (code, shown) => {
    const payments = callbacksWith(() => Promise.reject(new CheckoutError(code, 'a detail for programmers')))
    const page = await (await (await openShop({ payments })).nobody.get('/p/token')).text()
    expect(page.includes('错误编号')).toBe(shown)
  })

  it.each(Object.keys(problemTable) as CheckoutErrorCode[])('has a page in Chinese for %s', async (code) => {
    const payments = callbacksWith(() => Promise.reject(new CheckoutError(code, 'a detail for programmers')))
    const { nobody } = await openShop({ payments })
    const response = await nobody.get('/p/token')
    const shown = problemTable[code === 'not_yours' ? 'pay_record_not_found' : code]
    expect(response.status).toBe(shown.status)
    const page = await response.text()
    expect(page).toContain(`<h1>${shown.errMessage}</h1>`)
    expect(page).not.toContain('a detail for programmers')
  })

  it('tells nothing of an unexpected failure', async () => {
    const payments = callbacksWith(() => Promise.reject(new Error('secret of the inside')))
    const { nobody } = await openShop({ payments })
    const response = await nobody.get('/p/token')
    expect([response.status, await response.text()]).toEqual([500, expect.not.stringContaining('secret')])
  })

  it.each([
    'javascript:alert(1)',
    'data:text/html,x',
    '//evil.example',
    'https://x.example/ a',
    'https://x/\r\nSet-Cookie:a',
  ])('sends nobody to %j', async (url) => {
    const { nobody } = await openShop({
      payments: callbacksWith(async () => ({ url, orderName: 'Java', totalPrice: fen(9_900) })),
    })
    const response = await nobody.get('/p/token')
    expect([response.status, response.headers.get('Location')]).toEqual([500, null])
  })
})

describe('the phone that opens the QR', () => {
  const agents = {
    alipay:
      'Mozilla/5.0 (iPhone) AppleWebKit/605.1.15 Mobile/15E148 AliApp(AP/10.5) AlipayClient/10.5 Language/zh-Hans',
    wechat: 'Mozilla/5.0 (iPhone) AppleWebKit/605.1.15 Mobile/15E148 MicroMessenger/8.0.44 NetType/WIFI Language/zh_CN',
    qq: 'Mozilla/5.0 (Linux; Android 13) Chrome/107.0 Mobile Safari/537.36 V1_AND_SQ_8.9 QQ/8.9.80 NetType/WIFI',
    qqBrowser: 'Mozilla/5.0 (Linux; U; Android 13) Chrome/107.0 MQQBrowser/14.3 Mobile Safari/537.36',
    weibo: 'Mozilla/5.0 (iPhone) AppleWebKit/605.1.15 Mobile/15E148 Weibo (iPhone15,2__weibo__13.1)',
    safari: 'Mozilla/5.0 (iPhone) AppleWebKit/605.1.15 Version/17.0 Mobile/15E148 Safari/604.1',
  }
  const open = (shop: Shop, path: string, headers: Record<string, string>) => shop.app.request(path, { headers })

  it.each(['alipay', 'safari', 'qqBrowser'] as const)('goes straight on in %s', async (name) => {
    const shop = await openShop()
    const { path } = await payCode(shop)
    expect((await open(shop, path, { 'User-Agent': agents[name] })).status).toBe(302)
  })

  it.each([
    ['wechat', '微信里打不开支付宝'],
    ['qq', 'QQ 里打不开支付宝'],
    ['weibo', '这个应用里打不开支付宝'],
  ] as const)('is told in %s to open it in a browser, with amount and name', async (name, title) => {
    const shop = await openShop()
    const { path } = await payCode(shop, { orderName: 'a <b>' })
    const response = await open(shop, path, { 'User-Agent': agents[name] })
    expect([response.status, response.headers.get('Location')]).toEqual([200, null])
    const page = await response.text()
    for (const text of [`<h1>${title}</h1>`, '在浏览器打开', '¥99.00', 'a &lt;b&gt;']) expect(page).toContain(text)
  })

  it('is told there what there is to know, when it cannot be paid any more', async () => {
    const shop = await openShop()
    const { path, orderId } = await payCode(shop)
    await shop.zhang.post(`/api/orders/${orderId}/close`)
    const response = await open(shop, path, { 'User-Agent': agents.wechat })
    expect([response.status, await response.text()]).toEqual([409, expect.stringContaining('订单已关闭')])
  })

  it('reads English when it asks for it first, on every page', async () => {
    const shop = await openShop()
    const { path } = await payCode(shop)
    const english = { 'Accept-Language': 'fr-FR, zh;q=0.5, en-GB;q=0.8' }
    const elsewhere = await (await open(shop, path, { ...english, 'User-Agent': agents.wechat })).text()
    expect(elsewhere).toMatch(/<html lang="en">[\s\S]*WeChat cannot open Alipay[\s\S]*Open in browser/)
    expect(await (await open(shop, path, english)).text()).toContain('continue here')
    for (const code of Object.keys(problemTable) as CheckoutErrorCode[]) {
      const { app } = await openShop({
        payments: callbacksWith(() => Promise.reject(new CheckoutError(code, 'a detail'))),
      })
      expect(await (await app.request('/p/token', { headers: english })).text()).not.toMatch(/\p{Script=Han}/u)
    }
  })

  it.each(['zh-CN,en;q=0.9', 'fr', '*', 'en;q=0', ''])('reads Chinese for Accept-Language: %j', async (header) => {
    const { app } = await openShop()
    const response = await app.request('/p/token', { headers: { 'Accept-Language': header } })
    expect(await response.text()).toContain('<html lang="zh-CN">')
  })
})

describe('GET /api/orders/requestpay', () => {
  it('sends the owner on by the pay number, and the holder of the token', async () => {
    const shop = await openShop()
    const { payNo: number, token } = await payCode(shop)
    const own = await shop.zhang.get(`/api/orders/requestpay?payNo=${number}`)
    const byToken = await shop.nobody.get(`/api/orders/requestpay?payNo=${number}&token=${token}`)
    expect([own.status, byToken.status]).toEqual([302, 302])
    expect(byToken.headers.get('Location')).toBe(own.headers.get('Location'))
  })

  it('answers a page for every refusal', async () => {
    const shop = await openShop()
    const { payNo: number, token } = await payCode(shop)
    const refusal = async (caller: typeof shop.li, query: string) => {
      const response = await caller.get(`/api/orders/requestpay${query}`)
      expect(response.headers.get('Content-Type')).toBe('text/html; charset=utf-8')
      return response.status
    }
    expect(await refusal(shop.nobody, `?payNo=${number}`)).toBe(401)
    expect(await refusal(shop.li, `?payNo=${number}`)).toBe(404)
    expect(await refusal(shop.zhang, '?payNo=1')).toBe(404)
    expect(await refusal(shop.zhang, '')).toBe(400)
    expect(await refusal(shop.nobody, `?payNo=${number}&token=guess`)).toBe(404)
    expect(await refusal(shop.nobody, `?payNo=1&token=${token}`)).toBe(404)
    expect(await refusal(shop.nobody, `?payNo=${number}&token=`)).toBe(400)
  })
})

describe('a subject with characters of every kind', () => {
  it.each([
    '50% off & &copy; &lt;b&gt; "double" \'single\' `back`',
    '<script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    '课程：从零到一 🎓👩‍🏫',
    '%2F%00%ZZ+a=b&c=d#e',
  ])('%s reaches the gateway unchanged, and no page as markup', async (orderName) => {
    const shop = await openShop()
    const { path, payNo: number } = await payCode(shop, { orderName })
    const response = await shop.nobody.get(path)
    const page = await response.text()
    const location = String(response.headers.get('Location'))
    expect(new URL(location).searchParams.get('orderName')).toBe(orderName)
    expect(linkOf(page)).toBe(location)
    expect(page.match(/<(script|img)/g)).toBeNull()
    expect(page.match(/<a /g)).toHaveLength(1)
    expect(await members(await shop.zhang.get(`/api/orders/payresult?payNo=${number}`))).toMatchObject({ orderName })
  })

  it('is the server’s: what the buyer calls the course is ignored', async () => {
    const shop = await openShop()
    const { outBusinessId, orderId } = await payCode(shop)
    const renamed = addOrder(outBusinessId, { orderName: 'a car' })
    expect((await shop.zhang.post('/api/orders/generatepaycode', renamed)).status).toBe(200)
    const order = await members(await shop.zhang.get(`/api/orders/${orderId}`))
    expect(order).toMatchObject({ orderName: paidCourse.courseName })
  })
})

describe('the product of the gateway’s page', () => {
  const desktop = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/130.0 Safari/537.36'
  const mac = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.0 Safari/605.1.15'
  const linux = 'Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0'
  const iphone =
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Safari/604.1'
  const android = 'Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537.36'
  const alipay = 'Mozilla/5.0 (Linux; U; Android 14; X11) AlipayClient/10.5 Safari/537.36'

  it.each([
    [desktop, '', 'page'],
    [mac, '', 'page'],
    [linux, '', 'page'],
    [iphone, '', 'wap'],
    [android, '', 'wap'],
    [alipay, '', 'wap'],
    ['curl/8', '', 'wap'],
    [undefined, '', 'wap'],
    [desktop, '?product=wap', 'wap'],
    [iphone, '?product=page', 'page'],
  ])('for %s and %j is %s', async (agent, query, product) => {
    const asked: unknown[] = []
    const payments = {
      ...callbacksWith(() => Promise.reject(new Error('not asked for'))),
      openPayPage: async (_: unknown, kind?: string) => {
        asked.push(kind)
        return { url: 'https://gateway.example/', orderName: 'Java', totalPrice: fen(9_900) }
      },
    }
    const { app, authorization } = await openShop({ payments })
    const headers: Record<string, string> = agent === undefined ? {} : { 'User-Agent': agent }
    expect((await app.request(`/p/token${query}`, { headers })).status).toBe(302)
    const own = { ...headers, ...(await authorization()) }
    const path = `/api/orders/requestpay?payNo=7000000000000000001${query.replace('?', '&')}`
    expect((await app.request(path, { headers: own })).status).toBe(302)
    expect(asked).toEqual([product, product])
  })

  it('is refused when it is neither', async () => {
    const { nobody } = await openShop()
    expect((await nobody.get('/p/token?product=app')).status).toBe(400)
  })
})
