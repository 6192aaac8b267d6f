import { describe, expect, it } from 'vitest'
import {
  otherUserId,
  sampleGoods,
  sampleId,
  sampleOrder,
  samplePayment,
  sampleRequest,
  sampleUserId,
} from '../../../testing/contracts/index.js'
import { orderId, payNo, payToken } from '../../shared/identifiers.js'
import { fen } from '../../shared/money.js'
import type { Offer } from '../../shared/ports/price-source.js'
import { OrderStatus, PayStatus } from '../../shared/status-codes.js'
import {
  addPayment,
  applyOfferToRequest,
  checkUserMayAddPayment,
  MAX_PAYMENTS_OF_ORDER_PER_DAY,
  placeOrder,
} from './place-order.js'

const sentenceByCode: Readonly<Record<string, string>> = {
  not_yours: 'This order belongs to another user. Choose the item yourself.',
  business_id_conflict:
    'An order with this outBusinessId and other content exists. Send the same content, or choose again.',
  order_already_paid: 'This order is paid already. There is no need to pay again.',
  order_already_refunded: 'This order was paid and refunded. Choose again to buy again.',
  too_many_attempts: 'This order has had 200 codes today. Try tomorrow.',
}
const errorWithCode = (code: string) => expect.objectContaining({ code, message: sentenceByCode[code] })
const nameless: Offer = { price: fen(9_900), orderName: null, goods: null }
const named: Offer = { price: fen(9_900), orderName: 'Java', goods: [sampleGoods({ goodsName: 'Java' })] }
const request = sampleRequest()
const DAY_MS = 86_400_000

describe('placeOrder', () => {
  it('makes an unpaid order that expires when its time is over', () => {
    const { goods: _, ...frozen } = request
    const id = orderId(sampleId(1))
    expect(placeOrder({ id, userId: sampleUserId, request, now: 1_000, timeToLiveMs: 60_000 })).toEqual({
      ...frozen,
      ...{ id, userId: sampleUserId, status: OrderStatus.unpaid, createDate: 1_000, expireDate: 61_000 },
      ...{ version: 0, payments: [], refunds: [] },
    })
  })
})

describe('applyOfferToRequest', () => {
  it("takes the seller's name and goods, and keeps the buyer's description", () => {
    expect(applyOfferToRequest(request, named)).toEqual({
      ...request,
      ...{ orderName: 'Java', goods: named.goods },
      orderDetail: expect.stringContaining('"goodsName":"Java"'),
    })
  })

  it("leaves the buyer's words where the seller has none", () => {
    expect(applyOfferToRequest(request, nameless)).toEqual(request)
  })
})

describe('checkUserMayAddPayment', () => {
  const order = sampleOrder(1, { outBusinessId: request.outBusinessId })
  const check =
    (changes: Partial<typeof order>, wanted = request, userId = sampleUserId, offer = nameless, now = 5) =>
    () =>
      checkUserMayAddPayment({ ...order, ...changes }, userId, wanted, offer, now)

  it.each([OrderStatus.unpaid, OrderStatus.closed])('lets an order in state %s have one more payment', (status) => {
    expect(check({ status })).not.toThrow()
  })

  it.each([
    [OrderStatus.paid, 'order_already_paid'],
    [OrderStatus.refunded, 'order_already_refunded'],
  ])('refuses an order in state %s with %s', (status, code) => {
    expect(check({ status })).toThrow(errorWithCode(code))
  })

  it('refuses another user first, whatever else is wrong', () => {
    const other = sampleRequest({ orderName: 'other' })
    expect(check({ status: OrderStatus.paid }, other, otherUserId)).toThrow(errorWithCode('not_yours'))
  })

  it.each([
    { totalPrice: fen(1) },
    { orderName: 'other' },
    { orderDescrip: 'other' },
    { orderDescrip: null },
    { goods: [sampleGoods({ goodsName: 'other' })] },
    { goods: [] },
  ])('refuses other content: %j', (change) => {
    expect(check({}, { ...request, ...change })).toThrow(errorWithCode('business_id_conflict'))
    expect(check({ status: OrderStatus.paid }, { ...request, ...change })).toThrow(
      errorWithCode('business_id_conflict'),
    )
  })

  it('takes the same goods in another spelling of the JSON for the same order', () => {
    expect(check({}, { ...request, orderDetail: ` ${request.orderDetail} ` })).not.toThrow()
  })

  it('compares no name and goods that the seller knows, but price and description', () => {
    const renamed = { ...request, orderName: 'other', goods: [] }
    expect(check({}, renamed, sampleUserId, named)).not.toThrow()
    for (const change of [{ totalPrice: fen(1) }, { orderDescrip: null }]) {
      expect(check({}, { ...renamed, ...change }, sampleUserId, named)).toThrow(errorWithCode('business_id_conflict'))
    }
  })

  it('refuses the payment behind the last one of a day, and counts no older ones', () => {
    const payments = Array.from({ length: MAX_PAYMENTS_OF_ORDER_PER_DAY }, (_, count) =>
      samplePayment(order, count, { createDate: 1_000 }),
    )
    const at = (now: number, all = payments) => check({ payments: all }, request, sampleUserId, nameless, now)
    expect(at(1_000)).toThrow(errorWithCode('too_many_attempts'))
    expect(at(1_000 + DAY_MS - 1)).toThrow(errorWithCode('too_many_attempts'))
    expect(at(1_000 + DAY_MS)).not.toThrow()
    expect(at(1_000, payments.slice(1))).not.toThrow()
  })
})

describe('addPayment', () => {
  const order = sampleOrder(1, { status: OrderStatus.closed, payments: [] })
  const facts = {
    ...{ payNo: payNo(sampleId(101)), token: payToken('anyTokenOf22Characters') },
    callbackUrls: { notifyUrl: 'https://shop.example/{token}', returnUrl: 'https://shop.example/p/{token}/return' },
    ...{ now: 5, expireDate: 60_005 },
  }

  it('opens the order until the payment expires, and freezes what will be signed', () => {
    const { payNo: number, token } = facts
    const added = addPayment(order, facts)
    expect(added).toMatchObject({ status: OrderStatus.unpaid, expireDate: 60_005, version: order.version })
    expect(added.payments).toEqual([
      {
        ...{ payNo: number, token, orderId: order.id, userId: order.userId },
        ...{ orderName: order.orderName, totalPrice: order.totalPrice, status: PayStatus.unpaid },
        ...{ createDate: 5, expireDate: 60_005, notifyUrl: 'https://shop.example/{token}' },
        returnUrl: 'https://shop.example/p/anyTokenOf22Characters/return',
        ...{ outPayNo: null, outPayChannel: null, paySuccessTime: null, receipt: null },
      },
    ])
  })

  it('keeps earlier payments, and needs no return address', () => {
    const callbackUrls = { ...facts.callbackUrls, returnUrl: null }
    const twice = addPayment(addPayment(order, facts), { ...facts, payNo: payNo(sampleId(102)), callbackUrls })
    expect(twice.payments.map(({ payNo: number, returnUrl }) => [number, returnUrl])).toEqual([
      [sampleId(101), 'https://shop.example/p/anyTokenOf22Characters/return'],
      [sampleId(102), null],
    ])
  })
})
