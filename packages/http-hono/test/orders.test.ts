import { payNo } from '@coursepay/core'
import { describe, expect, it } from 'vitest'
import { orderSchema, payCodeSchema, payRecordSchema } from '../src/schemas/order.js'
import { addOrder, MINUTE, members, openShop, PUBLIC_BASE_URL, payCode } from './shop.js'

describe('POST /api/orders/generatepaycode', () => {
  it('answers a pay record with payUrl and qrcode, every member of the contract and no other', async () => {
    const shop = await openShop()
    const outBusinessId = await shop.choose()
    const response = await shop.zhang.post('/api/orders/generatepaycode', addOrder(outBusinessId))
    expect([response.status, response.headers.get('Cache-Control')]).toEqual([200, 'no-store'])
    const { qrcode, ...code } = payCodeSchema.strict().parse(await members(response))
    expect(code).toEqual({
      payNo: '7000000000000000003',
      orderId: '7000000000000000002',
      orderName: 'Java 高级',
      totalPrice: '99.00',
      currency: 'CNY',
      status: '601001',
      createDate: '2026-01-02T11:04:05.678+08:00',
      expireDate: '2026-01-02T11:34:05.678+08:00',
      outPayNo: null,
      outPayChannel: null,
      paySuccessTime: null,
      userId: 'zhang',
      payUrl: `${PUBLIC_BASE_URL}/p/fakeToken000000000001A`,
    })
    expect(qrcode).toMatch(/^data:image\/svg\+xml;base64,/)
  })

  it('draws a PNG on request', async () => {
    const shop = await openShop()
    const body = addOrder(await shop.choose())
    const { qrcode } = await members(await shop.zhang.post('/api/orders/generatepaycode?qrcode=png', body))
    expect(qrcode).toMatch(/^data:image\/png;base64,iVBORw0KGgo/)
    expect((await shop.zhang.post('/api/orders/generatepaycode?qrcode=gif', body)).status).toBe(400)
  })

  it('keeps one order for one choice, with a new pay record each time', async () => {
    const shop = await openShop()
    const body = addOrder(await shop.choose())
    const first = await members(await shop.zhang.post('/api/orders/generatepaycode', body))
    const second = await members(await shop.zhang.post('/api/orders/generatepaycode', body))
    expect(second.orderId).toBe(first.orderId)
    expect(second.payNo).not.toBe(first.payNo)
    expect(second.payUrl).not.toBe(first.payUrl)
    expect(shop.stored()).toEqual({ orders: 1, payRecords: 2 })
  })

  it('opens an order that was closed again, under the same order id', async () => {
    const shop = await openShop()
    const { orderId, outBusinessId } = await payCode(shop)
    await shop.zhang.post(`/api/orders/${orderId}/close`)
    const again = await members(await shop.zhang.post('/api/orders/generatepaycode', addOrder(outBusinessId)))
    expect(again).toMatchObject({ orderId, status: '601001' })
  })

  it('takes the total as a JSON number with two decimals at most', async () => {
    const shop = await openShop()
    const body = addOrder(await shop.choose(), { totalPrice: 99 })
    const response = await shop.zhang.post('/api/orders/generatepaycode', body)
    expect(await members(response)).toMatchObject({ totalPrice: '99.00' })
  })

  it('answers 409 for the same choice with other content, and once it is paid', async () => {
    const shop = await openShop()
    const { outBusinessId, path, payNo: number } = await payCode(shop)
    const other = addOrder(outBusinessId, { orderDescrip: '别的说明' })
    const conflict = await shop.zhang.post('/api/orders/generatepaycode', other)
    expect([conflict.status, await members(conflict)]).toMatchObject([409, { code: 'business_id_conflict' }])

    await shop.nobody.get(path)
    shop.gateway.buyer.pay(payNo(number))
    await shop.zhang.get(`/api/orders/payresult?payNo=${number}`)
    const paid = await shop.zhang.post('/api/orders/generatepaycode', addOrder(outBusinessId))
    expect([paid.status, await members(paid)]).toMatchObject([409, { code: 'order_already_paid' }])
    expect(shop.stored()).toEqual({ orders: 1, payRecords: 1 })
  })

  it('answers 409 for a free course: there is nothing to pay', async () => {
    const shop = await openShop()
    const { id } = await members(await shop.zhang.post('/api/learning/choosecourse/2'))
    const response = await shop.zhang.post('/api/orders/generatepaycode', addOrder(id))
    expect([response.status, await members(response)]).toMatchObject([409, { code: 'nothing_to_pay' }])
  })
})

describe('GET /api/orders/payresult', () => {
  it('asks the gateway, and tells a payment with every member of the contract', async () => {
    const shop = await openShop()
    const { path, payNo: number } = await payCode(shop)
    const unpaid = await members(await shop.zhang.get(`/api/orders/payresult?payNo=${number}`))
    expect(payRecordSchema.strict().parse(unpaid)).toMatchObject({ status: '601001', paySuccessTime: null })

    await shop.nobody.get(path)
    shop.clock.advance(MINUTE)
    shop.gateway.buyer.pay(payNo(number))
    const paid = await members(await shop.zhang.get(`/api/orders/payresult?payNo=${number}`))
    expect(payRecordSchema.strict().parse(paid)).toEqual({
      ...unpaid,
      status: '601002',
      outPayNo: `20260102${number}`,
      outPayChannel: 'Alipay',
      paySuccessTime: '2026-01-02T11:05:05.678+08:00',
    })
  })

  it('is closed to other users, and tells unknown from malformed numbers', async () => {
    const shop = await openShop()
    const { payNo: number } = await payCode(shop)
    const status = async (caller: typeof shop.li, query: string) =>
      (await caller.get(`/api/orders/payresult${query}`)).status
    expect(await status(shop.li, `?payNo=${number}`)).toBe(404)
    expect(await status(shop.zhang, '?payNo=1')).toBe(404)
    expect(await status(shop.zhang, '?payNo=1e3')).toBe(400)
    expect(await status(shop.zhang, '')).toBe(400)
  })
})

describe('GET /api/orders/:orderId', () => {
  it('answers the order with goods, pay records and refunds, but never the pay token', async () => {
    const shop = await openShop()
    const { orderId, outBusinessId, token, payNo: number } = await payCode(shop)
    const response = await shop.zhang.get(`/api/orders/${orderId}`)
    const text = await response.text()
    expect(text).not.toContain(token)
    const order = orderSchema.strict().parse(JSON.parse(text))
    expect(order).toMatchObject({
      id: orderId,
      outBusinessId,
      userId: 'zhang',
      orderType: '60201',
      totalPrice: '99.00',
      status: '600001',
      orderDescrip: '课程',
      createDate: '2026-01-02T11:04:05.678+08:00',
      goods: [{ goodsId: '1', goodsType: '60201', goodsName: 'Java 高级', goodsPrice: '99.00', goodsDetail: '' }],
      payRecords: [{ payNo: number, status: '601001', outPayNo: null }],
      refunds: [],
    })
  })

  it('keeps a description that was not sent as null', async () => {
    const shop = await openShop()
    const { orderId } = await payCode(shop, { orderDescrip: undefined })
    expect(await members(await shop.zhang.get(`/api/orders/${orderId}`))).toMatchObject({ orderDescrip: null })
  })

  it('shows the refund of a second payment', async () => {
    const shop = await openShop()
    const first = await payCode(shop)
    const again = await shop.zhang.post('/api/orders/generatepaycode', addOrder(first.outBusinessId))
    const second = await members(again)
    await shop.nobody.get(first.path)
    await shop.nobody.get(new URL(String(second.payUrl)).pathname)
    for (const number of [payNo(first.payNo), payNo(second.payNo)]) {
      shop.gateway.buyer.pay(number)
      await shop.zhang.get(`/api/orders/payresult?payNo=${number}`)
    }
    const order = orderSchema.strict().parse(await members(await shop.zhang.get(`/api/orders/${first.orderId}`)))
    expect(order.refunds).toMatchObject([
      { orderId: first.orderId, payNo: second.payNo, amount: '99.00', cause: 'surplus', finishDate: null },
    ])
  })

  it('is open to its owner and to operators alone', async () => {
    const shop = await openShop()
    const { orderId } = await payCode(shop)
    expect((await shop.operator.get(`/api/orders/${orderId}`)).status).toBe(200)
    const foreign = await shop.li.get(`/api/orders/${orderId}`)
    expect([foreign.status, await members(foreign)]).toMatchObject([404, { code: 'order_not_found' }])
  })

  it('answers 404 for an unknown order and 400 for what is no order id', async () => {
    const { zhang } = await openShop()
    expect((await zhang.get('/api/orders/1')).status).toBe(404)
    expect((await zhang.get('/api/orders/9223372036854775808')).status).toBe(400)
    expect((await zhang.get('/api/orders/%E0%A4%A')).status).toBe(400)
  })
})

describe('POST /api/orders/:orderId/close', () => {
  it('closes an unpaid order, for its owner or an operator', async () => {
    const shop = await openShop()
    const { orderId } = await payCode(shop)
    expect((await shop.li.post(`/api/orders/${orderId}/close`)).status).toBe(404)
    const closed = await members(await shop.operator.post(`/api/orders/${orderId}/close`))
    expect(orderSchema.strict().parse(closed)).toMatchObject({ id: orderId, status: '600003' })
    expect(await members(await shop.zhang.post(`/api/orders/${orderId}/close`))).toMatchObject({ status: '600003' })
  })

  it('answers 409 when the money has come', async () => {
    const shop = await openShop()
    const { orderId, path, payNo: number } = await payCode(shop)
    await shop.nobody.get(path)
    shop.gateway.buyer.pay(payNo(number))
    const response = await shop.zhang.post(`/api/orders/${orderId}/close`)
    expect([response.status, await members(response)]).toMatchObject([409, { code: 'order_already_paid' }])
  })

  it('answers 502 when the gateway gives no clear answer, and closes nothing', async () => {
    const shop = await openShop()
    const { orderId, path } = await payCode(shop)
    await shop.nobody.get(path)
    shop.gateway.answer('unknown')
    const response = await shop.zhang.post(`/api/orders/${orderId}/close`)
    expect([response.status, await members(response)]).toMatchObject([502, { code: 'gateway_unknown' }])
    expect(await members(await shop.zhang.get(`/api/orders/${orderId}`))).toMatchObject({ status: '600001' })
  })
})

describe('when the store is down', () => {
  it('answers 503 with Retry-After and nothing of what failed', async () => {
    const shop = await openShop()
    const { orderId } = await payCode(shop)
    shop.orderStore.faults.breakDown()
    const response = await shop.zhang.get(`/api/orders/${orderId}`)
    expect([response.status, response.headers.get('Retry-After')]).toEqual([503, '2'])
    expect(await members(response)).toMatchObject({ code: 'store_unavailable', detail: 'The store is not reachable' })
  })
})
