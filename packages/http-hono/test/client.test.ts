import { payNo } from '@coursepay/core'
import { hc } from 'hono/client'
import { rolldown } from 'rolldown'
import { describe, expect, it } from 'vitest'
import { type CheckoutApi, CheckoutFailure, checkoutClient } from '../src/client/index.js'
import { addOrder, openShop, type Shop } from './shop.js'

const tokenOf = async (shop: Shop) => (await shop.authorization()).Authorization.slice('Bearer '.length)
const fetchOf =
  (shop: Shop): typeof fetch =>
  async (input, init) =>
    shop.app.request(new Request(new URL(String(input), 'http://localhost'), init))

async function openClient() {
  const shop = await openShop()
  const client = checkoutClient('', { token: await tokenOf(shop), fetch: fetchOf(shop) })
  return { shop, client }
}

/** Alipay takes the money and tells it. */
async function pay(shop: Shop, payUrl: string, number: string) {
  await shop.nobody.get(new URL(payUrl).pathname)
  shop.gateway.buyer.pay(payNo(number))
  const body = shop.gateway.notify(payNo(number))
  await shop.app.request('/api/orders/receivenotify', { method: 'POST', body })
}

describe('checkoutClient', () => {
  it('buys a course in one call, and tells when it is paid', async () => {
    const { shop, client } = await openClient()
    const { choice, payCode, paid } = await client.buy({ courseId: '1' })
    expect([choice?.courseName, payCode?.totalPrice]).toEqual(['Java 高级', '99.00'])
    expect(payCode?.qrcode).toMatch(/^data:image\//)
    const event = paid()
    await shop.scheduler.advance(0)
    await pay(shop, payCode?.payUrl ?? '', payCode?.payNo ?? '')
    await shop.scheduler.advance(1_000)
    expect(await event).toMatchObject({ status: '601002', orderStatus: '600002' })
    await shop.scheduler.advance(1_000)
    expect(await client.learnStatus('1')).toMatchObject({ learnStatus: '702001' })
  })

  it('has nothing to pay for a free course', async () => {
    const { client } = await openClient()
    const { choice, payCode, paid } = await client.buy({ courseId: '2' })
    expect([choice?.status, payCode, await paid()]).toEqual(['701001', null, null])
  })

  it('buys what another seller has made an order of', async () => {
    const { shop, client } = await openClient()
    const order = { ...addOrder(await shop.choose()), outBusinessId: await shop.choose() }
    const { payCode } = await client.buy({ order })
    expect(payCode).toMatchObject({ status: '601001', totalPrice: '99.00' })
  })

  it('throws what the server refuses, with a sentence for the buyer', async () => {
    const { client } = await openClient()
    const failure = await client.buy({ courseId: 'none' }).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(CheckoutFailure)
    expect(failure).toMatchObject({ status: 404, code: 'course_not_found', message: '课程不存在' })
  })

  it('stops waiting for a payment that is not there, and when it is told to', async () => {
    const { shop, client } = await openClient()
    await expect(client.waitForPayment('7000000000000000001')).rejects.toMatchObject({ status: 404 })
    const { paid } = await client.buy({ courseId: '1' })
    const stop = new AbortController()
    const waiting = paid(stop.signal)
    await shop.scheduler.advance(0)
    stop.abort(new Error('left the page'))
    await expect(waiting).rejects.toThrow('left the page')
  })

  it('opens a stream again that ends before the payment', async () => {
    const { shop } = await openClient()
    let opened = 0
    const broken: typeof fetch = async (input, _init) => {
      if (!String(input).includes('/stream')) throw new TypeError('The network is away.')
      opened += 1
      if (opened === 1) return new Response('retry: 2000\n\nevent: status\ndata: {"status":"601001","orderSt')
      return new Response(
        'event: status\ndata: {"status":"601001","orderStatus":"600001"}\n\n:\n\nevent: status\ndata: {"status":"601002","orderStatus":"600002"}\n\n',
      )
    }
    const client = checkoutClient('/', { token: () => tokenOf(shop), fetch: broken, retryMs: 1 })
    expect(await client.waitForPayment('1')).toEqual({ status: '601002', orderStatus: '600002' })
    expect(opened).toBe(2)
  })

  it('asks again and again where no stream gets through', async () => {
    const { shop } = await openClient()
    const streamless: typeof fetch = async (input, init) => {
      if (String(input).includes('/stream')) throw new TypeError('A proxy cut it.')
      return fetchOf(shop)(input, init)
    }
    const client = checkoutClient('', { token: await tokenOf(shop), fetch: streamless, retryMs: 1 })
    const { payCode, paid } = await client.buy({ courseId: '1' })
    expect(await client.payResult(payCode?.payNo ?? '')).toMatchObject({ status: '601001' })
    const event = paid()
    await pay(shop, payCode?.payUrl ?? '', payCode?.payNo ?? '')
    expect(await event).toMatchObject({ status: '601002', orderStatus: '600002', payNo: payCode?.payNo })
  })

  it('tells the state of one moment when the payment is settled between two calls', async () => {
    const { shop, client } = await openClient()
    const { payCode } = await client.buy({ courseId: '1' })
    const { payNo: number = '', payUrl = '' } = payCode ?? {}
    const settledBetween: typeof fetch = async (input, init) => {
      if (String(input).includes('/stream')) throw new TypeError('A proxy cut it.')
      const answer = await fetchOf(shop)(input, init)
      if (String(input).includes('/payresult')) await pay(shop, payUrl, number)
      return answer
    }
    const token = await tokenOf(shop)
    const waiting = checkoutClient('', { token, fetch: settledBetween, retryMs: 1 })
    expect(await waiting.waitForPayment(number)).toMatchObject({ status: '601002', orderStatus: '600002' })
  })

  it('is one module of less than 6 kB that needs nothing of Node.js', async () => {
    const bundle = await rolldown({ input: `${import.meta.dirname}/../src/client/index.ts`, platform: 'browser' })
    const { output } = await bundle.generate({ format: 'esm', minify: true })
    await bundle.close()
    expect(output.length).toBe(1)
    expect(output[0].imports).toEqual([])
    expect(Buffer.byteLength(output[0].code)).toBeLessThan(6_000)
    expect(output[0].code).not.toMatch(/node:|require\(|\bprocess\.|\bBuffer\b/)
  })
})

describe('CheckoutApi', () => {
  it('types Hono’s own client by the same definitions', async () => {
    const shop = await openShop()
    const { api } = hc<CheckoutApi>('http://localhost', {
      headers: await shop.authorization(),
      fetch: fetchOf(shop),
    })
    const chosen = await (await api.learning.choosecourse[':courseId'].$post({ param: { courseId: '1' } })).json()
    const id: string | null = chosen.id
    const json = { ...addOrder(id), outBusinessId: id ?? '' }
    const code = await (await api.orders.generatepaycode.$post({ query: {}, json })).json()
    const status: '601001' | '601002' | '601003' | '601004' = code.status
    expect(status).toBe('601001')
    const order = await (await api.orders[':orderId'].$get({ param: { orderId: code.orderId } })).json()
    expect(order.payRecords).toHaveLength(1)
  })
})
