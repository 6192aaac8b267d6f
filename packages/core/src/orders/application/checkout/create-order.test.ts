import { describe, expect, it } from 'vitest'
import { codeOf, freeCourse, li, MINUTE, openShop, paidCourse, requestFor, zhang } from '../../../../test/shop.js'
import { fixedPriceSource } from '../../../../testing/fakes/index.js'
import { fen, OrderStatus, OrderType, PayStatus } from '../../../index.js'
import { readOrderDetail } from '../../../ports.js'

const DAY = 86_400_000

describe('createOrder', () => {
  it('an order and its payment have the price, the name and the goods of the choice', async () => {
    const shop = await openShop()
    const choice = await shop.choose()
    const payment = await shop.service.createOrder(zhang, requestFor(choice.id, { orderName: 'my own name' }))
    expect(payment).toMatchObject({ status: PayStatus.unpaid, totalPrice: 9_900, orderName: paidCourse.courseName })
    expect(payment.expireDate - payment.createDate).toBe(30 * MINUTE)
    const order = await shop.orderOf(payment)
    expect(order).toMatchObject({ outBusinessId: choice.id, status: OrderStatus.unpaid, version: 1 })
    expect(readOrderDetail(order.orderDetail)).toMatchObject([{ goodsName: 'Java 高级', goodsPrice: 9_900 }])
  })

  it('a hundred callers of one choice at once get one order and a payment each', async () => {
    const shop = await openShop()
    const request = requestFor((await shop.choose()).id)
    const payments = await Promise.all(Array.from({ length: 100 }, () => shop.service.createOrder(zhang, request)))
    expect(new Set(payments.map(({ orderId }) => orderId)).size).toBe(1)
    expect(new Set(payments.map(({ payNo }) => payNo)).size).toBe(100)
    expect(shop.orderStore.rows.orders.size).toBe(1)
  })

  it.each([
    ['totalPrice', (id: string) => requestFor(id, { totalPrice: fen(1) })],
    [
      'the sum of the goods',
      (id: string) => requestFor(id, { goods: requestFor(id).goods.map((line) => ({ ...line, goodsPrice: fen(1) })) }),
    ],
  ])('%s that is not the price is refused, and nothing is stored', async (_, requestOf) => {
    const shop = await openShop()
    const request = requestOf((await shop.choose()).id)
    expect(await codeOf(shop.service.createOrder(zhang, request))).toBe('price_mismatch')
    expect(shop.orderStore.rows.orders.size).toBe(0)
  })

  it("another user's choice, an unknown one, a free one and an unknown order type are refused by their names", async () => {
    const shop = await openShop()
    const { id } = await shop.choose()
    const free = await shop.choose(zhang, freeCourse)
    const create = (user: typeof zhang, request: ReturnType<typeof requestFor>) =>
      codeOf(shop.service.createOrder(user, request))
    expect(await create(li, requestFor(id))).toBe('not_yours')
    expect(await create(zhang, requestFor('12345'))).toBe('choice_not_found')
    expect(await create(zhang, requestFor('no-number'))).toBe('choice_not_found')
    expect(await create(zhang, requestFor(free.id))).toBe('nothing_to_pay')
    expect(await create(zhang, requestFor(id, { orderType: '60299' }))).toBe('unknown_order_type')
    expect(await create(zhang, requestFor(id, { orderType: 'constructor' }))).toBe('unknown_order_type')
  })

  it('a refusal says what to do, or which order type nobody sells', async () => {
    const shop = await openShop()
    const { id } = await shop.choose()
    await expect(shop.service.createOrder(zhang, requestFor(id, { totalPrice: fen(1) }))).rejects.toThrow(
      'totalPrice differs from the price of what is ordered. Read the price, then order again.',
    )
    await expect(shop.service.createOrder(zhang, requestFor(id, { orderType: '60299' }))).rejects.toThrow(
      'Nothing is sold here under the order type 60299.',
    )
  })

  it('a choice whose price changed while it waited is outdated', async () => {
    const shop = await openShop()
    const { id } = await shop.choose()
    shop.learningStore.publish({ ...paidCourse, price: fen(1) })
    expect(await codeOf(shop.service.createOrder(zhang, requestFor(id)))).toBe('choice_outdated')
  })

  it('a renamed course is the same purchase', async () => {
    const shop = await openShop()
    const payment = await shop.order()
    shop.learningStore.publish({ ...paidCourse, courseName: 'Java 25' })
    expect((await shop.orderAgain(payment)).orderId).toBe(payment.orderId)
  })

  it('another name, description or line is a conflict where the seller has no names of its own', async () => {
    const shop = await openShop({}, { [OrderType.material]: fixedPriceSource(fen(9_900)) })
    const book = requestFor('book-1', { orderType: OrderType.material })
    const { orderId } = await shop.service.createOrder(zhang, book)
    expect((await shop.service.createOrder(zhang, book)).orderId).toBe(orderId)
    const changed = [
      { ...book, orderName: 'another' },
      { ...book, orderDescrip: 'another' },
      { ...book, goods: book.goods.map((line) => ({ ...line, goodsName: 'another' })) },
    ]
    for (const request of changed) {
      expect(await codeOf(shop.service.createOrder(zhang, request))).toBe('business_id_conflict')
    }
    expect(await codeOf(shop.service.createOrder(li, book))).toBe('not_yours')
    expect((await shop.orderStore.orders.find({ id: orderId }))?.payments).toHaveLength(2)
  })

  it('one business id under two order types is two orders', async () => {
    const shop = await openShop({}, { [OrderType.material]: fixedPriceSource(fen(9_900)) })
    const course = await shop.order()
    const { outBusinessId: id } = await shop.orderOf(course)
    const material = await shop.service.createOrder(zhang, requestFor(id, { orderType: OrderType.material }))
    expect(material.orderId).not.toBe(course.orderId)
  })

  it('an expired and closed order is opened again under its id', async () => {
    const shop = await openShop()
    const first = await shop.order()
    await shop.advance(31 * MINUTE)
    expect((await shop.orderOf(first)).status).toBe(OrderStatus.closed)
    const second = await shop.order()
    expect(second.orderId).toBe(first.orderId)
    expect(second.expireDate - shop.clock.now()).toBe(30 * MINUTE)
    expect(await shop.statesOf(first)).toEqual([OrderStatus.unpaid, [PayStatus.closed, PayStatus.unpaid], []])
  })

  it('a paid and a refunded order take no further payment', async () => {
    const shop = await openShop({}, { [OrderType.material]: fixedPriceSource(fen(9_900)) })
    const book = requestFor('book-1', { orderType: OrderType.material })
    const payment = await shop.service.createOrder(zhang, book)
    await shop.pay(payment)
    await shop.notify(payment)
    expect(await codeOf(shop.service.createOrder(zhang, book))).toBe('order_already_paid')
    const whole = { amount: null, reason: '', outRequestNo: null }
    await shop.service.refundOrder(payment.orderId, whole, { userId: li, operator: true })
    expect(await codeOf(shop.service.createOrder(zhang, book))).toBe('order_already_refunded')
  })

  it('the 201st code of an order within a day is refused, and the next day it is not', async () => {
    const shop = await openShop({ orderTimeToLiveMs: 2 * DAY })
    const first = await shop.order()
    for (let count = 1; count < 200; count += 1) await shop.orderAgain(first)
    expect(await codeOf(shop.orderAgain(first))).toBe('too_many_attempts')
    shop.clock.advance(DAY)
    expect((await shop.orderAgain(first)).orderId).toBe(first.orderId)
    expect((await shop.orderOf(first)).payments).toHaveLength(201)
  })

  it('a lost answer of the commit leaves one order, which the next call finds', async () => {
    const shop = await openShop()
    const request = requestFor((await shop.choose()).id)
    shop.orderStore.faults.loseCommitAnswerOnce()
    expect(await codeOf(shop.service.createOrder(zhang, request))).toBe('store_unavailable')
    await shop.service.createOrder(zhang, request)
    expect(shop.orderStore.rows.orders.size).toBe(1)
  })

  it('a return address holds the token of its own payment', async () => {
    const shop = await openShop()
    const payment = await shop.order()
    expect(payment.returnUrl).toBe(`https://shop.test/p/${payment.token}/return`)
  })
})
