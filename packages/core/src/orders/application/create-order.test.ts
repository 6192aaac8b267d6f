import { describe, expect, it } from 'vitest'
import { freeCourse, li, MINUTE, openShop, requestFor, zhang } from '../../../test/shop.js'
import { fen, OrderStatus, outBusinessId, PayStatus } from '../../index.js'

const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'no error',
    (error) => error.code,
  )

describe('createOrder', () => {
  it('given a choice, when an order is asked for, then order and attempt are stored with the price of the choice', async () => {
    const shop = await openShop()
    const choice = await shop.choose()
    const attempt = await shop.service.createOrder(zhang, requestFor(choice.id))
    expect(attempt).toMatchObject({ status: PayStatus.unpaid, totalPrice: 9_900, userId: zhang })
    expect(attempt.expireDate - attempt.createDate).toBe(30 * MINUTE)
    expect(await shop.orderTables.stores.orders.find(attempt.orderId)).toMatchObject({
      outBusinessId: choice.id,
      status: OrderStatus.unpaid,
      goods: [{ goodsName: 'Java 高级', goodsPrice: 9_900 }],
    })
  })

  it('given 100 callers with one choice, when all ask at once, then one order and 100 attempts to pay it', async () => {
    const shop = await openShop()
    const request = requestFor((await shop.choose()).id)
    const attempts = await Promise.all(Array.from({ length: 100 }, () => shop.service.createOrder(zhang, request)))
    expect(new Set(attempts.map((attempt) => attempt.orderId)).size).toBe(1)
    expect(new Set(attempts.map((attempt) => attempt.payNo)).size).toBe(100)
    expect(await shop.orderTables.session.read((tables) => tables.orders.all())).toHaveLength(1)
  })

  it('given a total that is not the price, then it is refused and nothing is stored', async () => {
    const shop = await openShop()
    const { id } = await shop.choose()
    const cheap = requestFor(id, { totalPrice: fen(1) })
    const uneven = requestFor(id, { goods: requestFor(id).goods.map((line) => ({ ...line, goodsPrice: fen(1) })) })
    expect(await codeOf(shop.service.createOrder(zhang, cheap))).toBe('price_mismatch')
    expect(await codeOf(shop.service.createOrder(zhang, uneven))).toBe('price_mismatch')
    expect(
      await shop.orderTables.session.read((tables) => [...tables.orders.all(), ...tables.payRecords.all()]),
    ).toEqual([])
  })

  it("given another user's choice, an unknown one, a free one or an unknown order type, then each is refused by its name", async () => {
    const shop = await openShop()
    const { id } = await shop.choose()
    const free = await shop.choose(zhang, freeCourse)
    const ask = (user: typeof zhang, request: ReturnType<typeof requestFor>) =>
      codeOf(shop.service.createOrder(user, request))
    expect(await ask(li, requestFor(id))).toBe('not_yours')
    expect(await ask(zhang, requestFor('12345'))).toBe('choice_not_found')
    expect(await ask(zhang, requestFor('no number'.replace(' ', '-')))).toBe('choice_not_found')
    expect(await ask(zhang, requestFor(free.id))).toBe('nothing_to_pay')
    expect(await ask(zhang, requestFor(id, { orderType: '60299' }))).toBe('unknown_order_type')
    expect(await ask(zhang, requestFor(id, { orderType: 'constructor' }))).toBe('unknown_order_type')
    expect(await ask(zhang, requestFor(id, { outBusinessId: outBusinessId('9') }))).toBe('choice_not_found')
  })

  it('given an order, when the same is asked with another name, then it is a conflict and the order stays', async () => {
    const shop = await openShop()
    const attempt = await shop.order()
    const { outBusinessId: id } = (await shop.orderTables.stores.orders.find(attempt.orderId)) ?? { outBusinessId: '' }
    expect(await codeOf(shop.service.createOrder(zhang, requestFor(id, { orderName: 'another' })))).toBe(
      'business_id_conflict',
    )
    expect(await shop.orderTables.stores.payRecords.listOf(attempt.orderId)).toHaveLength(1)
  })

  it('given an order that ran out and was closed, when it is asked for again, then the same order is open again', async () => {
    const shop = await openShop()
    const first = await shop.order()
    await shop.advance(31 * MINUTE)
    expect((await shop.orderTables.stores.orders.find(first.orderId))?.status).toBe(OrderStatus.closed)
    const second = await shop.order()
    expect(second.orderId).toBe(first.orderId)
    expect(second.payNo).not.toBe(first.payNo)
    expect(second.expireDate - shop.clock.now()).toBe(30 * MINUTE)
    expect((await shop.orderTables.stores.orders.find(first.orderId))?.status).toBe(OrderStatus.unpaid)
  })

  it('given a store that loses the answer of the commit, then the caller is told and asking again finds one order', async () => {
    const shop = await openShop()
    const request = requestFor((await shop.choose()).id)
    shop.orderTables.faults.loseCommitAnswerOnce()
    expect(await codeOf(shop.service.createOrder(zhang, request))).toBe('store_unavailable')
    await shop.service.createOrder(zhang, request)
    expect(await shop.orderTables.session.read((tables) => tables.orders.all())).toHaveLength(1)
  })
})
