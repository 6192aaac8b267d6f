import { describe, expect, it, onTestFinished } from 'vitest'
import { AdvanceableClock, type AlipaySandboxOptions } from '../../sandbox/index.js'
import { openShop, type Shop } from '../support/shop.js'

const TOKEN = 'a token of sixteen or more'

async function givenShop(options: AlipaySandboxOptions = {}): Promise<Shop> {
  const shop = await openShop({ controlToken: TOKEN, clock: new AdvanceableClock(), ...options })
  onTestFinished(() => shop[Symbol.asyncDispose]())
  return shop
}

/** As a test in any other language calls it. */
async function control({ sandbox }: Shop, method: string, path: string, body?: unknown, token = TOKEN) {
  const response = await fetch(`${sandbox.url}/control/${path}`, {
    method,
    headers: { authorization: `Bearer ${token}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return { status: response.status, json: await response.json() }
}

describe('the control routes', () => {
  it('pay, refund, redeliver and reset by HTTP alone', async () => {
    const shop = await givenShop()
    const attempt = shop.attempt()
    const { url: payUrl } = await shop.gateway.payPage(attempt)
    expect(await control(shop, 'POST', 'pay', { payUrl })).toEqual({
      status: 200,
      json: { result: 'paid', errorCode: null },
    })
    expect(await control(shop, 'GET', `trades/${attempt.payNo}`)).toMatchObject({ json: { status: 'TRADE_SUCCESS' } })
    const refund = await control(shop, 'POST', `trades/${attempt.payNo}/refund`, { amountFen: 100 })
    expect(refund).toMatchObject({ json: { refundedFen: 100 } })
    await control(shop, 'POST', 'settled')
    const { json: notifications } = await control(shop, 'GET', 'notifications')
    expect(notifications).toMatchObject([{ event: 'paid' }, { event: 'refunded', state: 'acknowledged' }])
    const { notifyId } = shop.sandbox.notifications()[1] ?? {}
    await control(shop, 'POST', `notifications/${notifyId}/redeliver`)
    expect(shop.inbox.bodies).toHaveLength(3)
    await control(shop, 'POST', 'reset')
    expect(await control(shop, 'GET', 'trades')).toMatchObject({ json: [] })
  })

  it('put faults in, list them with their hits, and take them out', async () => {
    const shop = await givenShop()
    await control(shop, 'POST', 'faults', { at: 'gateway', kind: 'http_status', status: 503 })
    expect(await shop.gateway.query(shop.attempt().payNo)).toMatchObject({ reason: 'HTTP status 503' })
    expect(await control(shop, 'GET', 'faults')).toMatchObject({ json: [{ rule: { status: 503 }, hits: 1 }] })
    await control(shop, 'DELETE', 'faults')
    expect(await shop.gateway.query(shop.attempt().payNo)).toMatchObject({ kind: 'no_trade' })
    for (const rule of [{}, { at: 'gateway', kind: 'nonsense' }, { at: '__proto__', kind: 'x' }]) {
      expect((await control(shop, 'POST', 'faults', rule)).status).toBe(400)
    }
  })

  it('move the clock, so that an unpaid trade is closed by its time', async () => {
    const shop = await givenShop()
    const attempt = shop.attempt()
    const { url: payUrl } = await shop.gateway.payPage(attempt)
    await control(shop, 'POST', 'login', { payUrl })
    await control(shop, 'POST', 'clock', { advanceMs: 3_600_000 })
    expect(await control(shop, 'GET', `trades/${attempt.payNo}`)).toMatchObject({ json: { status: 'TRADE_CLOSED' } })
    await control(shop, 'POST', 'settled')
    expect(await control(shop, 'GET', 'notifications')).toMatchObject({ json: [{ event: 'closed' }] })
  })

  it('say what is wrong with a call', async () => {
    const shop = await givenShop()
    expect(await control(shop, 'POST', 'pay', {})).toEqual({ status: 400, json: { error: 'payUrl is missing' } })
    expect((await control(shop, 'POST', 'pay', [])).status).toBe(400)
    expect((await control(shop, 'POST', 'clock', { advanceMs: -1 })).status).toBe(400)
    expect((await control(shop, 'POST', 'trades/7/refund', { amountFen: '1' })).status).toBe(400)
    expect(await control(shop, 'POST', 'trades/7/finish')).toMatchObject({ status: 409 })
    expect((await control(shop, 'GET', 'nothing')).status).toBe(404)
  })

  it('refuse a caller without the token, and absent without one', async () => {
    const shop = await givenShop()
    expect((await control(shop, 'GET', 'trades', undefined, 'another token')).status).toBe(401)
    const plain = await openShop()
    onTestFinished(() => plain[Symbol.asyncDispose]())
    expect((await control(plain, 'GET', 'trades')).status).toBe(404)
    await expect(openShop({ controlToken: 'short' })).rejects.toThrow(/fewer than 16/)
  })
})

describe('a running clock', () => {
  it('fires what falls due on the way in order, and what is left at its time', async () => {
    const clock = new AdvanceableClock()
    const fired: string[] = []
    clock.setTimeout(() => void fired.push('second'), 2_000)
    clock.setTimeout(() => void fired.push('first'), 1_000)
    const left = Promise.withResolvers<void>()
    clock.setTimeout(left.resolve, 3_600_000)
    clock.setTimeout(() => void fired.push('cancelled'), 1_500)()
    const start = clock.now()
    await clock.advance(3_599_990)
    expect(fired).toEqual(['first', 'second'])
    expect(clock.now() - start).toBeGreaterThanOrEqual(3_599_990)
    await left.promise
  })
})
