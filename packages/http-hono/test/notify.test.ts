import { CheckoutError, type PaymentCallbacks, payNo } from '@coursepay/core'
import { describe, expect, it } from 'vitest'
import { openShop, payCode } from './shop.js'

const PATHS = ['/api/orders/receivenotify', '/api/orders/paynotify']
/** As Alipay sends it: two types in one header, which is malformed. */
const ALIPAY_TYPE = 'application/x-www-form-urlencoded; text/html; charset=UTF-8'

/** Callbacks that record what they were given. */
function recordingDoor(receive: () => Promise<{ answer: 'success' | 'fail'; verdict: string; explanation?: string }>) {
  const bodies: Uint8Array[] = []
  const payments: PaymentCallbacks = {
    returnFromPayPage: () => Promise.reject(new Error('not asked for')),
    openPayPage: () => Promise.reject(new Error('not asked for')),
    receiveNotify(body) {
      bodies.push(body)
      return receive()
    },
  }
  return { bodies, payments }
}

const booked = async () => ({ answer: 'success', verdict: 'booked' }) as const

describe.each(PATHS)('POST %s', (path) => {
  it('answers exactly "success" once the payment is booked, and again when it comes twice', async () => {
    const shop = await openShop()
    const { path: page, payNo: number } = await payCode(shop)
    await shop.nobody.get(page)
    shop.gateway.buyer.pay(payNo(number))
    for (let time = 0; time < 2; time += 1) {
      const body = shop.gateway.notify(payNo(number))
      const response = await shop.app.request(path, { method: 'POST', body, headers: { 'Content-Type': ALIPAY_TYPE } })
      expect([response.status, await response.text()]).toEqual([200, 'success'])
      expect(response.headers.get('Content-Type')).toMatch(/^text\/plain/)
    }
    expect([...shop.orderStore.rows.orders.values()]).toMatchObject([{ status: '600002' }])
  })

  it('answers "fail" with 200 to a forged notification, and books nothing', async () => {
    const shop = await openShop()
    const { path: page, payNo: number } = await payCode(shop)
    await shop.nobody.get(page)
    shop.gateway.buyer.pay(payNo(number))
    const response = await shop.app.request(path, { method: 'POST', body: shop.gateway.forge(payNo(number)) })
    expect([response.status, await response.text()]).toEqual([200, 'fail'])
    expect([...shop.orderStore.rows.orders.values()]).toMatchObject([{ status: '600001' }])
  })

  it('logs what probably happened to a rejected body, also when it names no payment', async () => {
    const logged: object[] = []
    const explanation = 'the body is JSON'
    const { payments } = recordingDoor(async () => ({ answer: 'fail', verdict: 'malformed_body', explanation }))
    const shop = await openShop({ payments, log: { info: (fields) => void logged.push(fields), error() {} } })
    await shop.app.request(path, { method: 'POST', body: '{}' })
    expect(logged).toContainEqual(expect.objectContaining({ event: 'notification', explanation }))
  })

  it('answers "fail" with 503 while the store is down', async () => {
    const shop = await openShop()
    const { path: page, payNo: number } = await payCode(shop)
    await shop.nobody.get(page)
    shop.gateway.buyer.pay(payNo(number))
    shop.orderStore.faults.breakDown()
    const response = await shop.app.request(path, { method: 'POST', body: shop.gateway.notify(payNo(number)) })
    expect([response.status, await response.text(), response.headers.get('Retry-After')]).toEqual([503, 'fail', '2'])
  })

  it('hands the bytes on as they came, whatever the Content-Type says', async () => {
    const sent = Uint8Array.from({ length: 256 }, (_, index) => index)
    for (const type of [
      ALIPAY_TYPE,
      'application/x-www-form-urlencoded; charset=GBK',
      'application/json',
      'nonsense',
    ]) {
      const { bodies, payments } = recordingDoor(booked)
      const { app } = await openShop({ payments })
      await app.request(`${path}?one=more`, { method: 'POST', body: sent, headers: { 'Content-Type': type } })
      expect(bodies).toEqual([sent])
    }
  })

  it('takes a body with a declared length and one without the same way', async () => {
    const { bodies, payments } = recordingDoor(booked)
    const { app } = await openShop({ payments })
    await app.request(path, { method: 'POST', body: 'a=1', headers: { 'Content-Length': '3' } })
    await app.request(path, { method: 'POST', body: 'a=1' })
    await app.request(path, { method: 'POST' })
    expect(bodies.map((body) => new TextDecoder().decode(body))).toEqual(['a=1', 'a=1', ''])
  })

  it('answers "fail" with 413 to a body above 64 KiB, which the callbacks never see', async () => {
    const { bodies, payments } = recordingDoor(booked)
    const { app } = await openShop({ payments })
    const large = new Uint8Array(65_537)
    const lied = await app.request(path, { method: 'POST', body: large, headers: { 'Content-Length': '10' } })
    const honest = await app.request(path, { method: 'POST', body: large, headers: { 'Content-Length': '65537' } })
    const chunked = await app.request(path, { method: 'POST', body: large })
    for (const response of [lied, honest, chunked]) {
      expect([response.status, await response.text()]).toEqual([413, 'fail'])
    }
    expect(bodies).toEqual([])
  })

  it('answers "fail" and nothing else when something unexpected fails', async () => {
    const { payments } = recordingDoor(() => Promise.reject(new Error('secret of the inside')))
    const { app } = await openShop({ payments })
    const response = await app.request(path, { method: 'POST', body: 'a=1' })
    expect([response.status, await response.text()]).toEqual([500, 'fail'])
  })

  it('is POST alone', async () => {
    const { nobody } = await openShop()
    const response = await nobody.get(path)
    expect([response.status, response.headers.get('Allow')]).toEqual([405, 'POST'])
  })
})

describe('the figures of notifications', () => {
  it('count by verdict, and never by a sentence', async () => {
    const verdicts = ['booked', 'booked', 'wrong_amount', 'signature of 2088123 is "bad"\n']
    const { payments } = recordingDoor(async () => ({ answer: 'fail', verdict: verdicts.shift() ?? '' }))
    const { app, nobody } = await openShop({ payments })
    for (let time = 0; time < 4; time += 1) await app.request('/api/orders/paynotify', { method: 'POST', body: 'a=1' })
    const metrics = await (await nobody.get('/metrics')).text()
    expect(metrics).toContain('coursepay_notifications_total{verdict="booked"} 2')
    expect(metrics).toContain('coursepay_notifications_total{verdict="wrong_amount"} 1')
    expect(metrics).toContain('coursepay_notifications_total{verdict="other"} 1')
    expect(metrics).not.toContain('2088123')
  })

  it('count what could not be taken under its code', async () => {
    const unavailable = () => Promise.reject(new CheckoutError('store_unavailable', 'down'))
    const { app, nobody } = await openShop({ payments: recordingDoor(unavailable).payments })
    await app.request('/api/orders/paynotify', { method: 'POST', body: 'a=1' })
    const metrics = await (await nobody.get('/metrics')).text()
    expect(metrics).toContain('coursepay_notifications_total{verdict="store_unavailable"} 1')
  })
})
