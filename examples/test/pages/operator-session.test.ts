import { describe, expect, it } from 'vitest'
import { newestAttempt, OPERATOR_CODE, ORIGIN, openPages, type Pages } from './open-pages.js'

const own = { Origin: ORIGIN }
const SIGN_IN = '/operator/sign-in'

async function withToken(pages: Pages, roles: readonly string[]) {
  const browser = pages.browser()
  const answer = await browser.submit(SIGN_IN, own, { token: await pages.token('ops', roles) })
  return { browser, answer }
}

describe('signing in as an operator', () => {
  it('given nobody, then every page and every form leads to the form to sign in', async () => {
    const pages = await openPages()
    for (const path of ['/operator', '/operator/payments/1', '/operator/find?number=1']) {
      const response = await pages.browser().get(path)
      expect([response.status, response.headers.get('Location')], path).toEqual([303, SIGN_IN])
    }
    for (const path of ['/operator/orders/1/close', '/operator/payments/1/ask', '/operator/outbox/1/redeliver']) {
      expect(await pages.browser().submit(path), path).toBe(SIGN_IN)
    }
  })

  it('the link that the demo prints signs in as often as it is used, and no guessed one does', async () => {
    const pages = await openPages()
    const [first, second] = [pages.browser(), pages.browser()]
    for (let looks = 0; looks < 2; looks += 1)
      expect(await first.text(`${SIGN_IN}?code=${OPERATOR_CODE}`)).toContain(`value="${OPERATOR_CODE}"`)
    expect(await first.submit(SIGN_IN, own, { code: 'guessed' })).toBe('401')
    expect(await first.submit(SIGN_IN, own, { code: OPERATOR_CODE })).toBe('/operator')
    expect((await first.get('/operator')).status).toBe(200)
    expect(await second.submit(SIGN_IN, own, { code: OPERATOR_CODE })).toBe('/operator')
  })

  it('given a token, then its role decides', async () => {
    const pages = await openPages()
    expect((await withToken(pages, ['operator'])).answer).toBe('/operator')
    expect((await withToken(pages, ['teacher'])).answer).toBe('403')
    expect(await pages.browser().submit(SIGN_IN, own, { token: 'x.y.z' })).toBe('401')
    expect(await pages.browser().submit(SIGN_IN, own, {})).toBe('401')
  })

  it('given a session, then the cookie is for these pages alone and opens nothing of the API', async () => {
    const pages = await openPages()
    const response = await pages.app.request(`${ORIGIN}${SIGN_IN}`, {
      method: 'POST',
      headers: own,
      body: new URLSearchParams({ token: await pages.token('ops', ['operator']) }),
    })
    const cookie = response.headers.get('Set-Cookie') ?? ''
    for (const part of ['HttpOnly', 'SameSite=Strict', 'Secure', 'Path=/operator']) expect(cookie).toContain(part)
    const [pair = ''] = cookie.split(';')
    expect((await pages.app.request(`${ORIGIN}/api/ops/stuck`, { headers: { Cookie: pair } })).status).toBe(401)
    const bearer = { Authorization: `Bearer ${pair.split('=')[1]}` }
    expect((await pages.app.request(`${ORIGIN}/api/ops/stuck`, { headers: bearer })).status).toBe(401)
  })

  it("given a buyer's session or a bearer token as the cookie, then it is no operator's", async () => {
    const pages = await openPages()
    const zhang = pages.browser()
    await zhang.get('/')
    for (const value of [zhang.cookie().split('=')[1], await pages.token('ops', ['operator'])]) {
      zhang.setCookie(`coursepay_operator=${value}`)
      expect((await zhang.get('/operator')).headers.get('Location')).toBe(SIGN_IN)
    }
  })

  it('given a form of another site, then nothing is done', async () => {
    const pages = await openPages()
    const buyer = pages.browser()
    await buyer.submit('/courses/1/learn')
    const { orderId, payNo } = newestAttempt(pages)
    const { browser } = await withToken(pages, ['operator'])
    for (const headers of [{}, { Origin: 'https://evil.test' }, { 'Sec-Fetch-Site': 'same-site' }]) {
      expect(await browser.submit(`/operator/orders/${orderId}/close`, headers)).toBe('403')
      expect(await browser.submit(`/operator/payments/${payNo}/ask`, headers)).toBe('403')
    }
    expect(await buyer.text('/orders')).toContain('待支付')
  })

  it('given signing out, then the pages are closed again', async () => {
    const { browser } = await withToken(await openPages(), ['operator'])
    expect(await browser.submit('/operator/sign-out')).toBe(SIGN_IN)
    expect((await browser.get('/operator')).headers.get('Location')).toBe(SIGN_IN)
  })

  it('given signing out, then a copy of the cookie opens nothing either', async () => {
    const pages = await openPages()
    const { browser } = await withToken(pages, ['operator'])
    const copy = browser.cookie()
    await browser.submit('/operator/sign-out')
    const thief = pages.browser()
    thief.setCookie(copy)
    expect((await thief.get('/operator')).headers.get('Location')).toBe(SIGN_IN)
  })

  it('given a token that ends in a minute, then so does the session', async () => {
    const pages = await openPages()
    const token = await pages.token('ops', ['operator'], 60)
    const response = await pages.app.request(`${ORIGIN}${SIGN_IN}`, {
      method: 'POST',
      headers: own,
      body: new URLSearchParams({ token }),
    })
    const [, maxAge] = /Max-Age=(\d+)/.exec(response.headers.get('Set-Cookie') ?? '') ?? []
    expect(Number(maxAge)).toBeLessThanOrEqual(60)
  })
})
