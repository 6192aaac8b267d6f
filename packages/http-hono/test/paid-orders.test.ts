import { CheckoutError, outBusinessId } from '@coursepay/core'
import { describe, expect, it } from 'vitest'
import { bearerAuthentication, createCheckoutApp, createPurposeHeaderFactory, httpPaidOrders } from '../src/index.js'
import { memoryLog, PUBLIC_BASE_URL, SECRET } from './shop.js'
import { sign } from './sign.js'

const KEY = 'the key of the seller of 60202 alone'
const OTHER_KEY = 'the key of the learning centre alone'
const paid = outBusinessId('a/b?c')

/** A seller and an order service, joined by requests that stay in this process. */
function joined(resend: (...order: readonly string[]) => Promise<'sent' | 'not_paid'> = async () => 'sent') {
  const asked: (readonly string[])[] = []
  const app = createCheckoutApp({
    sharedPaidOrders: {
      paidMessageResender: {
        resendMessage(...order) {
          asked.push(order)
          return resend(...order)
        },
      },
      keys: { '60201': OTHER_KEY, '60202': KEY },
    },
    authenticate: bearerAuthentication({ secret: SECRET }),
    publicBaseUrl: PUBLIC_BASE_URL,
    log: memoryLog(),
  })
  const fetch = async (input: unknown, init?: RequestInit) => app.request(String(input), init)
  return {
    asked,
    orders: (key = KEY, fetchIt: typeof globalThis.fetch = fetch) =>
      httpPaidOrders({ baseUrl: 'https://orders', orderType: '60202', key, fetch: fetchIt }),
    statusWith: async (authorization: string, path = '/api/paid-orders/60202/1/resend') =>
      (await app.request(path, { method: 'POST', headers: { Authorization: authorization } })).status,
  }
}

const codeOf = (promise: Promise<unknown>) => promise.then(String, (error) => error.code)

describe('a seller that asks about its paid orders', () => {
  it.each(['sent', 'not_paid'] as const)('is told %s, about exactly this order', async (state) => {
    const { asked, orders } = joined(async () => state)
    expect(await orders().resendMessage('60202', paid)).toBe(state)
    expect(asked).toEqual([['60202', 'a/b?c']])
  })

  it('asks about nothing that others sell', async () => {
    const { asked, orders } = joined()
    expect(await orders().resendMessage('60201', paid)).toBe('not_paid')
    expect(asked).toEqual([])
  })

  it('learns nothing while the order service fails, refuses it or talks nonsense', async () => {
    const failing = joined(async () => {
      throw new CheckoutError('store_unavailable', 'away')
    })
    expect(await codeOf(failing.orders().resendMessage('60202', paid))).toBe('store_unavailable')
    expect(await codeOf(joined().orders(OTHER_KEY).resendMessage('60202', paid))).toBe('store_unavailable')
    for (const body of ['{"state":"perhaps"}', '<html>', '{}', `{"state":"sent","more":"${'x'.repeat(5_000)}"}`]) {
      const orders = joined().orders(KEY, async () => new Response(body))
      expect(await codeOf(orders.resendMessage('60202', paid))).toBe('store_unavailable')
    }
  })
})

describe('the order service', () => {
  it('answers nobody without a token of this purpose, this order type and this key', async () => {
    const { asked, statusWith } = joined()
    const refused = [
      '',
      `Bearer ${await sign({ sub: 'zhang', roles: ['operator'] }, SECRET)}`,
      await createPurposeHeaderFactory('price:60202', KEY)(),
      await createPurposeHeaderFactory('orders:60201', KEY)(),
      await createPurposeHeaderFactory('orders:60202', OTHER_KEY)(),
    ]
    for (const authorization of refused) expect(await statusWith(authorization)).toBe(401)
    const another = await createPurposeHeaderFactory('orders:60203', KEY)()
    expect(await statusWith(another, '/api/paid-orders/60203/1/resend')).toBe(401)
    expect(asked).toEqual([])
    expect(await statusWith(await createPurposeHeaderFactory('orders:60202', KEY)())).toBe(200)
  })
})
