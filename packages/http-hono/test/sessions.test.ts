import { settableClock } from '@coursepay/core/fakes'
import { describe, expect, it } from 'vitest'
import { bearerAuthentication, createInMemorySessions } from '../src/index.js'
import { members, openShop, PUBLIC_BASE_URL, SECRET } from './shop.js'
import { sign } from './sign.js'

const HOUR_MS = 3_600_000

/** A shop with sessions on a clock that a test sets; tokens end an hour after the clock's time. */
async function openSignIn() {
  const clock = settableClock(Date.now())
  const sessions = createInMemorySessions({
    authenticate: bearerAuthentication({ secret: SECRET }),
    secure: true,
    clock,
  })
  const shop = await openShop({ sessions, authenticate: sessions.authenticate })
  const send = (method: string, path: string, headers: Record<string, string>, body?: unknown) =>
    shop.app.request(path, {
      method,
      headers: { ...headers, ...(body === undefined ? {} : { 'Content-Type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
  const exchange = (token: string, headers: Record<string, string> = {}) => send('POST', '/session', headers, { token })
  const cookieOf = (response: Response) => /^[^;]+/.exec(response.headers.get('Set-Cookie') ?? '')?.[0] ?? ''
  const tokenOf = (sub: string, more: object = {}) =>
    sign({ sub, exp: Math.floor((clock.now() + HOUR_MS) / 1_000), ...more }, SECRET)
  return {
    shop,
    clock,
    send,
    exchange,
    cookieOf,
    tokenOf,
    signIn: async (sub: string) => cookieOf(await exchange(await tokenOf(sub))),
  }
}

describe('POST /session', () => {
  it('exchanges a token for a cookie that no script reads and no other site sends', async () => {
    const { exchange, tokenOf } = await openSignIn()
    const response = await exchange(await tokenOf('zhang'))
    expect([response.status, await response.text()]).toEqual([204, ''])
    const cookie = response.headers.get('Set-Cookie') ?? ''
    expect(cookie).toMatch(/^coursepay_signed_in=[\w-]{43}; /)
    for (const part of ['HttpOnly', 'Secure', 'SameSite=Lax', 'Path=/']) expect(cookie).toContain(part)
    const [, maxAge] = /Max-Age=(\d+)/.exec(cookie) ?? []
    expect(Number(maxAge)).toBeGreaterThan(3_590)
    expect(Number(maxAge)).toBeLessThanOrEqual(3_600)
  })

  it('signs its user in, until the token would have ended', async () => {
    const { send, signIn, clock } = await openSignIn()
    const headers = { Cookie: await signIn('zhang') }
    expect((await send('GET', '/api/learning/mycoursetable', headers)).status).toBe(200)
    clock.advance(HOUR_MS)
    expect((await send('GET', '/api/learning/mycoursetable', headers)).status).toBe(401)
  })

  it('refuses a token that was exchanged before', async () => {
    const { exchange, tokenOf } = await openSignIn()
    const token = await tokenOf('zhang')
    const answers = await Promise.all([exchange(token), exchange(token), exchange(token)])
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 401, 401])
  })

  it('refuses an exchanged token whose signature is spelt another way', async () => {
    const { exchange, tokenOf } = await openSignIn()
    const token = await tokenOf('zhang')
    expect((await exchange(token)).status).toBe(204)
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    const answers = await Promise.all([...alphabet].map((last) => exchange(token.slice(0, -1) + last)))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401]))
  })

  it.each(['', 'x', 'a.b.c', 'a b.c.d', 'a.b.c\r\nX: 1'])('refuses the token %j', async (token) => {
    const { exchange } = await openSignIn()
    const response = await exchange(token)
    expect(response.status).toBe(token === '' ? 400 : 401)
    expect(response.headers.has('Set-Cookie')).toBe(false)
  })

  it('refuses a token of one purpose', async () => {
    const { exchange, tokenOf } = await openSignIn()
    expect((await exchange(await tokenOf('zhang', { aud: 'price:60202' }))).status).toBe(401)
  })

  it('refuses a page of another site', async () => {
    const { exchange, tokenOf } = await openSignIn()
    const response = await exchange(await tokenOf('zhang'), { Origin: 'https://evil.example' })
    expect([response.status, await members(response)]).toMatchObject([403, { code: 'foreign_origin' }])
  })

  it('keeps the roles of the token', async () => {
    const { send, exchange, cookieOf, tokenOf } = await openSignIn()
    const cookie = cookieOf(await exchange(await tokenOf('ops', { roles: ['operator'] })))
    expect((await send('GET', '/api/ops/stuck', { Cookie: cookie })).status).toBe(200)
  })
})

describe('DELETE /session', () => {
  it('ends the session of every copy of its cookie', async () => {
    const { send, signIn } = await openSignIn()
    const headers = { Cookie: await signIn('zhang'), Origin: PUBLIC_BASE_URL }
    const response = await send('DELETE', '/session', headers)
    expect([response.status, response.headers.get('Set-Cookie')]).toEqual([204, expect.stringContaining('Max-Age=0')])
    expect((await send('GET', '/api/learning/mycoursetable', headers)).status).toBe(401)
  })
})

describe('a request that writes and has a cookie', () => {
  it.each([
    ['our own address', { Origin: PUBLIC_BASE_URL }, 200],
    ['the address it is sent to', { Origin: 'http://localhost' }, 200],
    ['another site', { Origin: 'https://evil.example' }, 403],
    ['a page without an address', { Origin: 'null' }, 403],
    ['a page of a neighbour', { 'Sec-Fetch-Site': 'same-site' }, 403],
    ['a page of another site that hides its address', { 'Sec-Fetch-Site': 'cross-site' }, 403],
    ['a program that is no browser', {}, 200],
  ])('from %s is answered so', async (_, headers, status) => {
    const { send, signIn, shop } = await openSignIn()
    const cookie = await signIn('zhang')
    const response = await send('POST', '/api/learning/choosecourse/1', { ...headers, Cookie: cookie })
    expect(response.status).toBe(status)
    expect([...shop.learningStore.rows.choices.values()]).toHaveLength(status === 200 ? 1 : 0)
  })

  it('is not asked for its origin when a token says who sends it', async () => {
    const { send, tokenOf } = await openSignIn()
    const headers = {
      Cookie: 'a=b',
      Authorization: `Bearer ${await tokenOf('zhang')}`,
      Origin: 'https://school.example',
    }
    expect((await send('POST', '/api/learning/choosecourse/1', headers)).status).toBe(200)
  })
})
