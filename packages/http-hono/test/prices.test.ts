import { CheckoutError, type CheckoutErrorCode, fen, outBusinessId, userId } from '@coursepay/core'
import { Hono } from 'hono'
import { describe, expect, it } from 'vitest'
import { httpPriceSource } from '../src/prices/http-price-source.js'
import { priceRoutes } from '../src/prices/price-routes.js'
import { problemAnswer } from '../src/problem/problem.js'

const question = { outBusinessId: outBusinessId('a/b?c'), userId: userId('zhang&li') }

/** Seller and order service, joined by requests that stay in this process. */
function joined(priceOf: (asked: typeof question) => Promise<number>, operator = true) {
  const app = new Hono()
  const [route] = priceRoutes({
    prices: { '60202': { priceOf: async (asked) => fen(await priceOf(asked as typeof question)) } },
    authenticate: async () => ({ userId: userId('orders'), operator }),
  })
  app.get(route?.path ?? '', async (c) => {
    try {
      return (await route?.handle(c)) ?? c.notFound()
    } catch (error) {
      return problemAnswer(error)
    }
  })
  const source = (orderType: string, fetchIt: typeof fetch = async (input, init) => app.request(String(input), init)) =>
    httpPriceSource({ baseUrl: 'http://seller', orderType, authorization: async () => 'Bearer token', fetch: fetchIt })
  return { source }
}

const codeOf = (promise: Promise<unknown>) => promise.then(String, (error) => error.code)

describe('a price over HTTP', () => {
  it('given a seller, then its price arrives in fen, and it was asked for exactly this thing and user', async () => {
    const asked: unknown[] = []
    const { source } = joined(async (what) => {
      asked.push(what)
      return 990
    })
    expect(await source('60202').priceOf(question)).toBe(990)
    expect(asked).toEqual([question])
  })

  it.each<CheckoutErrorCode>(['choice_not_found', 'not_yours', 'nothing_to_pay', 'order_already_paid'])(
    'given the answer %s, then it is told as it is',
    async (code) => {
      const { source } = joined(async () => {
        throw new CheckoutError(code, 'no')
      })
      expect(await codeOf(source('60202').priceOf(question))).toBe(code)
    },
  )

  it('given a seller that fails, knows no such type, refuses us or talks nonsense, then the price is not available', async () => {
    const failing = joined(async () => {
      throw new Error('disk full')
    })
    expect(await codeOf(failing.source('60202').priceOf(question))).toBe('store_unavailable')
    expect(await codeOf(failing.source('60299').priceOf(question))).toBe('store_unavailable')
    expect(
      await codeOf(
        joined(async () => 1, false)
          .source('60202')
          .priceOf(question),
      ),
    ).toBe('not_yours')
    const { source } = joined(async () => 1)
    const answering = (body: string) => source('60202', async () => new Response(body)).priceOf(question)
    for (const body of ['{"price":"1e3"}', '{"price":99}', '<html>', '{}']) {
      expect(await codeOf(answering(body))).toBe('store_unavailable')
    }
  })
})
