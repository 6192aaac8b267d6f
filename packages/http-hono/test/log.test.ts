import { CheckoutError, payNo } from '@coursepay/core'
import { describe, expect, it } from 'vitest'
import { describeErrorWithoutMessage } from '../src/index.js'
import { openShop, payCode, SECRET } from './shop.js'

describe('the log', () => {
  it('has one line for a request: method, pattern, status, time', async () => {
    const { nobody, log } = await openShop()
    await nobody.get('/healthz')
    expect(log.lines).toEqual([
      { event: 'request', method: 'GET', route: '/healthz', status: 200, ms: expect.any(Number) },
    ])
  })

  it('says why a request was refused, by code', async () => {
    const { nobody, log } = await openShop()
    await nobody.get('/p/unknown')
    expect(log.lines).toMatchObject([{ route: '/p/:token', status: 404, code: 'pay_record_not_found' }])
  })

  it('has the order and the payment in every line that concerns one', async () => {
    const shop = await openShop()
    const { path, token, payNo: number, orderId } = await payCode(shop)
    const numbers = { orderId, payNo: number }
    const lines = async (call: Promise<Response>) => {
      shop.log.lines.length = 0
      await call
      return shop.log.lines.map(({ orderId, payNo }) => ({ orderId, payNo }))
    }
    const ofRequest = [numbers]
    expect(await lines(shop.zhang.get(`/api/orders/payresult?payNo=${number}`))).toEqual(ofRequest)
    expect(await lines(shop.nobody.get(path))).toEqual(ofRequest)
    expect(await lines(shop.nobody.get(`/api/orders/requestpay?payNo=${number}&token=${token}`))).toEqual(ofRequest)
    expect(await lines(shop.nobody.get(`${path}/return`))).toEqual(ofRequest)
    expect(await lines(shop.zhang.get(`/api/orders/${orderId}`))).toMatchObject([{ orderId }])
    expect(await lines(shop.operator.get(`/api/ops/payments/${number}/timeline`))).toMatchObject([{ payNo: number }])
    shop.gateway.buyer.pay(payNo(number))
    const body = shop.gateway.notify(payNo(number))
    const notify = () => shop.app.request('/api/orders/receivenotify', { method: 'POST', body }) as Promise<Response>
    expect(await lines(notify())).toEqual([numbers, numbers])
    expect(await lines(shop.nobody.get(path))).toEqual(ofRequest)
    shop.orderStore.faults.breakDown()
    expect(await lines(notify())).toMatchObject([{ payNo: number }])
  })

  it('leaves out of an address what is no number of ours', async () => {
    const shop = await openShop()
    await shop.zhang.get('/api/orders/payresult?payNo=%0Aforged')
    await shop.zhang.get('/api/orders/forged')
    expect(JSON.stringify(shop.log.lines)).not.toContain('forged')
  })

  it('never holds a token, a signature or what a buyer wrote', async () => {
    const shop = await openShop()
    const { path, token, payNo: number } = await payCode(shop, { orderDescrip: 'a private remark' })
    const { Authorization } = await shop.authorization()
    await shop.nobody.get(path)
    await shop.nobody.get(`/api/orders/requestpay?payNo=${number}&token=${token}`)
    await shop.nobody.get(`/p/${token}x`)
    shop.gateway.buyer.pay(payNo(number))
    const body = shop.gateway.notify(payNo(number))
    await shop.app.request('/api/orders/receivenotify', { method: 'POST', body })
    shop.orderStore.faults.breakDown()
    await shop.nobody.get(path)
    await shop.zhang.get(`/api/orders/payresult?payNo=${number}`)
    const written = JSON.stringify(shop.log.lines)
    expect(shop.log.lines.length).toBeGreaterThan(7)
    for (const secret of [token, Authorization.slice(-20), SECRET, 'a private remark', '"sign"', 'Java']) {
      expect(written).not.toContain(secret)
    }
  })
})

describe('describeErrorWithoutMessage', () => {
  it('tells names, codes and frames down to the cause, and no message', () => {
    const cause = Object.assign(new Error("insert ... values ('secret')\n    at secret"), { code: 'ER_DUP_ENTRY' })
    const fields = describeErrorWithoutMessage(new CheckoutError('store_unavailable', 'secret message', { cause }))
    expect(fields.error).toBe('CheckoutError(store_unavailable) < Error(ER_DUP_ENTRY)')
    expect(fields.frames).toMatch(/^at .*log\.test\.ts:\d+:\d+/)
    expect(JSON.stringify(fields)).not.toContain('secret')
  })

  it('takes whatever was thrown', () => {
    expect(describeErrorWithoutMessage('secret')).toEqual({ error: 'string', frames: null })
    expect(describeErrorWithoutMessage(undefined)).toEqual({ error: 'undefined', frames: null })
    const odd = Object.assign(new Error('x'), { name: 'a secret name', code: 'a secret code' })
    expect(JSON.stringify(describeErrorWithoutMessage(odd))).not.toContain('secret')
  })

  it('ends at a cause that goes in a circle', () => {
    const error = new Error('x')
    error.cause = error
    expect(describeErrorWithoutMessage(error).error).toBe('Error < Error < Error < Error')
  })
})
