import { CheckoutError, type CheckoutErrorCode, fen, outBusinessId, userId } from '@coursepay/core'
import { describe, expect, it } from 'vitest'
import { bearerAuthentication, createCheckoutApp, httpPriceSource } from '../src/index.js'
import { memoryLog, PUBLIC_BASE_URL, SECRET } from './shop.js'
import { sign } from './sign.js'

const KEY = 'the key of the seller of 60202 alone'
const question = { outBusinessId: outBusinessId('a/b?c'), userId: userId('zhang&li') }
const ADDRESS = '/api/prices/60202/1?userId=zhang'

/** Seller and order service, joined by requests that stay in this process. */
function joined(priceOf: (asked: typeof question) => Promise<number> = async () => 1) {
  const source = {
    async offerOf(asked: object) {
      return { price: fen(await priceOf(asked as typeof question)), orderName: '资料', goods: null }
    },
  }
  const app = createCheckoutApp({
    prices: { '60202': { source, key: KEY }, '60203': { source, key: `another ${KEY}` } },
    authenticate: bearerAuthentication({ secret: SECRET }),
    publicBaseUrl: PUBLIC_BASE_URL,
    log: memoryLog(),
  })
  const sent: string[] = []
  const ask: typeof fetch = async (input, init) => {
    sent.push(new Headers(init?.headers).get('Authorization') ?? '')
    return app.request(String(input), init)
  }
  return {
    app,
    sent,
    source: (orderType: string, key = KEY, fetchIt = ask) =>
      httpPriceSource({ baseUrl: 'https://seller', orderType, key, fetch: fetchIt }),
    statusWith: async (authorization: string, path = ADDRESS) =>
      (await app.request(path, { headers: { Authorization: authorization } })).status,
  }
}

const codeOf = (promise: Promise<unknown>) => promise.then(String, (error) => error.code)

describe('a price over HTTP', () => {
  it('given a seller, then its price arrives in fen, and it was asked for exactly this thing and user', async () => {
    const asked: unknown[] = []
    const { source } = joined(async (what) => {
      asked.push(what)
      return 990
    })
    expect(await source('60202').offerOf(question)).toEqual({ price: 990, orderName: '资料', goods: null })
    expect(asked).toEqual([question])
  })

  it.each<CheckoutErrorCode>([
    'choice_not_found',
    'not_yours',
    'nothing_to_pay',
    'choice_outdated',
    'order_already_paid',
    'order_already_refunded',
  ])('given the answer %s, then it is told as it is', async (code) => {
    const { source } = joined(async () => {
      throw new CheckoutError(code, 'no')
    })
    expect(await codeOf(source('60202').offerOf(question))).toBe(code)
  })

  it('given a seller that fails, knows no such type, refuses us or talks nonsense, then the price is not available', async () => {
    const failing = joined(async () => {
      throw new Error('disk full')
    })
    expect(await codeOf(failing.source('60202').offerOf(question))).toBe('store_unavailable')
    expect(await codeOf(failing.source('60299').offerOf(question))).toBe('store_unavailable')
    const { source } = joined()
    expect(await codeOf(source('60203').offerOf(question))).toBe('store_unavailable')
    const answering = (body: string) => source('60202', KEY, async () => new Response(body)).offerOf(question)
    for (const body of ['{"price":"1e3"}', '{"price":99}', '<html>', '{}']) {
      expect(await codeOf(answering(body))).toBe('store_unavailable')
    }
  })
})

describe('a seller that does more than answer', () => {
  it.each([
    ['sends more than 64 kB', () => new Response(JSON.stringify({ price: '1.00', more: 'x'.repeat(66_000) }))],
    ['redirects', () => new Response(null, { status: 302, headers: { Location: 'https://seller/price' } })],
  ])('gives no price when it %s', async (_, answer) => {
    const source = joined().source('60202', KEY, async () => answer())
    expect(await codeOf(source.offerOf(question))).toBe('store_unavailable')
  })

  it('is not asked over http off this machine, unless that is allowed', async () => {
    const sent: string[] = []
    const options = {
      baseUrl: 'http://seller',
      orderType: '60202',
      key: KEY,
      fetch: async (input: string | URL | Request) => {
        sent.push(String(input))
        return new Response('{"price":"9.90"}')
      },
    }
    expect(await codeOf(httpPriceSource(options).offerOf(question))).toBe('store_unavailable')
    expect(sent).toEqual([])
    expect(await httpPriceSource({ ...options, allowHttp: true }).offerOf(question)).toMatchObject({ price: 990 })
  })
})

describe('the token that a price is asked with', () => {
  it('is for this purpose alone, ends in 30 seconds and has no role', async () => {
    const { source, sent } = joined()
    await source('60202').offerOf(question)
    const claims = JSON.parse(Buffer.from(sent[0]?.split('.')[1] ?? '', 'base64url').toString())
    expect(claims).toEqual({ aud: 'price:60202', exp: expect.any(Number) })
    const lifetime = claims.exp - Date.now() / 1_000
    expect(lifetime).toBeGreaterThan(20)
    expect(lifetime).toBeLessThanOrEqual(30)
  })

  it('opens no other route, even where the seller’s key is the secret of all tokens', async () => {
    const { source, sent } = joined()
    await source('60202').offerOf(question)
    const authenticate = bearerAuthentication({ secret: KEY })
    const request = new Request('http://localhost/', { headers: { Authorization: sent[0] ?? '' } })
    await expect(authenticate(request)).rejects.toMatchObject({ code: 'not_authenticated' })
  })

  it('opens its own route', async () => {
    expect(await joined().statusWith(`Bearer ${await sign({ aud: 'price:60202' }, KEY)}`)).toBe(200)
  })

  it.each([
    ['an operator’s', { sub: 'ops', roles: ['operator'] }, SECRET],
    ['signed by the shared secret', { aud: 'price:60202' }, SECRET],
    ['signed by another seller’s key', { aud: 'price:60202' }, `another ${KEY}`],
    ['for another type', { aud: 'price:60203' }, KEY],
    ['for more than this', { aud: ['price:60202', 'shop'] }, KEY],
    ['for nobody', {}, KEY],
    ['without an end', { aud: 'price:60202', exp: undefined }, KEY],
    ['over', { aud: 'price:60202', exp: 1 }, KEY],
  ])('is refused when it is %s', async (_, claims, key) => {
    expect(await joined().statusWith(`Bearer ${await sign(claims, key)}`)).toBe(401)
  })

  it('opens no type that nobody sells', async () => {
    const token = await sign({ aud: 'price:constructor' }, KEY)
    expect(await joined().statusWith(`Bearer ${token}`, '/api/prices/constructor/1?userId=zhang')).toBe(401)
  })

  it('cannot be signed with a key of fewer than 32 bytes', () => {
    expect(() => joined().source('60202', 'x'.repeat(31))).toThrow('32 bytes')
  })
})
