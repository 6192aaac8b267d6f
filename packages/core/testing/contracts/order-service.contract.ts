import type { OrderRequest } from '../../src/orders/domain/order.js'
import { isSnowflake, orderId, outBusinessId, payNo } from '../../src/shared/identifiers.js'
import { fen } from '../../src/shared/money.js'
import { OrderStatus, PayStatus } from '../../src/shared/status-codes.js'
import { ensure, equal, failureOf, rejectsWithCode, textOf } from './assertions.js'
import { defineContract } from './define-contract.js'
import { closeClauses } from './order-service-closing.js'
import { as, bought, type OrderServiceHarness, operator, ordered, shown, statusOf } from './order-service-harness.js'
import { refundClauses } from './order-service-refunds.js'
import { otherUserId, sampleId, sampleUserId } from './sample-data.js'
import { atOnce } from './store-harness.js'

const me = as(sampleUserId)
const noOrder = orderId(sampleId(99))
const noAttempt = payNo(sampleId(98))

/** A request that must be refused with this code, and must leave no order behind. */
async function refuses(
  { service, storedOrders }: OrderServiceHarness,
  request: OrderRequest,
  code: Parameters<typeof rejectsWithCode>[1],
) {
  await rejectsWithCode(service.createOrder(sampleUserId, request), code)
  equal(await storedOrders(), [])
}

export const orderServiceContract = defineContract<OrderServiceHarness>()('OrderService', {
  'createOrder: makes an unpaid order and an attempt to pay it': async (harness) => {
    const { request, attempt } = await ordered(harness)
    ensure(isSnowflake(attempt.payNo) && isSnowflake(attempt.orderId), 'Ids are decimal strings of 63-bit numbers.')
    const { totalPrice, orderName } = request
    const expected = { userId: sampleUserId, totalPrice, orderName, status: PayStatus.unpaid }
    equal({ ...shown(attempt), ...expected }, shown(attempt), 'the attempt')
    equal(attempt.expireDate - attempt.createDate, harness.orderLifeMs, 'how long it can be paid')
    const { order, payRecords, refunds } = await harness.service.getOrder(attempt.orderId, me)
    equal([order.outBusinessId, order.goods, order.status], [request.outBusinessId, request.goods, OrderStatus.unpaid])
    equal([payRecords.map(shown), refunds], [[shown(attempt)], []])
  },

  'createOrder: makes one order and another attempt each time it is asked': async (harness) => {
    const { request, attempt } = await ordered(harness)
    const again = await harness.service.createOrder(sampleUserId, request)
    equal(again.orderId, attempt.orderId, 'the order')
    ensure(again.payNo !== attempt.payNo, 'Each attempt has a number of its own.')
    const { payRecords } = await harness.service.getOrder(attempt.orderId, me)
    equal(payRecords.map(shown), [shown(attempt), shown(again)])
    equal(await harness.storedOrders(), [attempt.orderId])
  },

  'createOrder: makes one order for many callers at once': async (harness) => {
    const request = await harness.offer(sampleUserId)
    const attempts = await atOnce(6, () => harness.service.createOrder(sampleUserId, request))
    equal(new Set(attempts.map((attempt) => attempt.orderId)).size, 1, 'the number of orders')
    equal(new Set(attempts.map((attempt) => attempt.payNo)).size, 6, 'the number of attempts')
    equal((await harness.storedOrders()).length, 1, 'the number of orders stored')
  },

  'createOrder: refuses a total that is not the server’s price': async (harness) => {
    const request = await harness.offer(sampleUserId)
    const cheap = request.goods.map((line) => ({ ...line, goodsPrice: fen(1) }))
    const orderDetail = request.orderDetail.replace(/"goodsPrice":"[\d.]+"/, '"goodsPrice":"0.01"')
    await refuses(harness, { ...request, totalPrice: fen(1), goods: cheap, orderDetail }, 'price_mismatch')
  },

  'createOrder: refuses lines that do not add up to the total': async (harness) => {
    const request = await harness.offer(sampleUserId)
    const goods = request.goods.map((line) => ({ ...line, goodsPrice: fen(line.goodsPrice + 1) }))
    const orderDetail = JSON.stringify(
      goods.map((line) => ({ ...line, goodsPrice: (line.goodsPrice / 100).toFixed(2) })),
    )
    await refuses(harness, { ...request, goods, orderDetail }, 'price_mismatch')
  },

  'createOrder: refuses an order type that nobody sells': async (harness) => {
    const request = await harness.offer(sampleUserId)
    await refuses(harness, { ...request, orderType: '60299' }, 'unknown_order_type')
  },

  'createOrder: refuses what is not for sale': async (harness) => {
    const request = await harness.offer(sampleUserId)
    await refuses(harness, { ...request, outBusinessId: outBusinessId(sampleId(97)) }, 'choice_not_found')
  },

  'createOrder: refuses what is for sale to another user': async (harness) => {
    await refuses(harness, await harness.offer(otherUserId), 'not_yours')
  },

  'createOrder: refuses what costs nothing': async (harness) => {
    await refuses(harness, await harness.offerFree(sampleUserId), 'nothing_to_pay')
  },

  'createOrder: refuses the same business id with other content': async (harness) => {
    const { request, orderId } = await ordered(harness)
    const changed = { ...request, orderName: `${request.orderName} (2)` }
    await rejectsWithCode(harness.service.createOrder(sampleUserId, changed), 'business_id_conflict')
    equal((await harness.service.getOrder(orderId, me)).payRecords.length, 1, 'the number of attempts')
  },

  'createOrder: refuses what is paid for already': async (harness) => {
    const { request, orderId } = await bought(harness)
    await rejectsWithCode(harness.service.createOrder(sampleUserId, request), 'order_already_paid')
    equal((await harness.service.getOrder(orderId, me)).payRecords.length, 1, 'the number of attempts')
  },

  'createOrder: refuses what was paid for and given back': async (harness) => {
    const { request, orderId } = await bought(harness)
    await harness.markRefunded(orderId)
    const refusal = textOf(await failureOf(harness.service.createOrder(sampleUserId, request)))
    ensure(/order_already_(refunded|paid)/.test(refusal), `It is refused with ${refusal}.`)
  },

  'createOrder: opens an order again that expired, under the same id': async (harness) => {
    const { request, orderId, attempt } = await ordered(harness)
    await harness.advance(harness.orderLifeMs + 60_000)
    equal(await statusOf(harness, orderId), OrderStatus.closed, 'the state of the order after its time')
    const again = await harness.service.createOrder(sampleUserId, request)
    equal([again.orderId, again.status], [orderId, PayStatus.unpaid])
    ensure(again.expireDate > attempt.expireDate, 'The new attempt has a time of its own.')
    equal(await statusOf(harness, orderId), OrderStatus.unpaid, 'the state of the order')
    await harness.pay(again.payNo)
    equal((await harness.service.queryPayResult(again.payNo, me)).status, PayStatus.paid)
  },

  'createOrder: opens an order again that was closed, under the same id': async (harness) => {
    const { request, orderId } = await ordered(harness)
    await harness.service.closeOrder(orderId, me)
    const again = await harness.service.createOrder(sampleUserId, request)
    equal([again.orderId, again.status], [orderId, PayStatus.unpaid])
    equal(await statusOf(harness, orderId), OrderStatus.unpaid, 'the state of the order')
  },

  'createOrder: gives every attempt its full time, and the order with it': async (harness) => {
    const { request, orderId } = await ordered(harness)
    await harness.advance(harness.orderLifeMs / 2)
    const { createDate, expireDate } = await harness.service.createOrder(sampleUserId, request)
    equal(expireDate - createDate, harness.orderLifeMs, 'how long it can be paid')
    equal((await harness.service.getOrder(orderId, me)).order.expireDate, expireDate, 'the expiry of the order')
  },

  'createOrder: fails with store_unavailable when the store cannot be reached': async (harness) => {
    const request = await harness.offer(sampleUserId)
    await harness.breakStore()
    await rejectsWithCode(harness.service.createOrder(sampleUserId, request), 'store_unavailable')
  },

  'queryPayResult: books a payment whose notification was lost': async (harness) => {
    const { payNo, orderId, attempt, request } = await ordered(harness)
    await harness.pay(payNo)
    const paid = await harness.service.queryPayResult(payNo, me)
    equal(shown(paid), { ...shown(attempt), status: PayStatus.paid })
    ensure(paid.outPayNo !== null && paid.outPayChannel === 'Alipay', 'The gateway’s number and channel are on record.')
    ensure((paid.paySuccessTime ?? 0) > attempt.createDate - 1_000, 'The time of the payment is on record.')
    equal(await statusOf(harness, orderId), OrderStatus.paid, 'the state of the order')
    equal(await harness.told(), [request.outBusinessId])
  },

  'queryPayResult: shows a payment of which the gateway has notified': async (harness) => {
    const { payNo } = await bought(harness)
    const queries = await harness.gatewayQueries()
    equal((await harness.service.queryPayResult(payNo, me)).status, PayStatus.paid)
    equal(await harness.gatewayQueries(), queries, 'how often the gateway was asked')
  },

  'queryPayResult: tells everyone once, however often the proof comes': async (harness) => {
    const { payNo, request } = await ordered(harness)
    await harness.pay(payNo)
    await Promise.all([harness.notify(payNo), harness.service.queryPayResult(payNo, me), harness.notify(payNo)])
    await harness.notify(payNo)
    await harness.advance(60_000)
    equal(await harness.told(), [request.outBusinessId])
  },

  'queryPayResult: shows an unpaid attempt as it is': async (harness) => {
    const { payNo, attempt } = await ordered(harness)
    await harness.login(payNo)
    equal(shown(await harness.service.queryPayResult(payNo, me)), shown(attempt))
  },

  'queryPayResult: asks the gateway once in an interval, however many watch': async (harness) => {
    const { payNo } = await ordered(harness)
    const before = await harness.gatewayQueries()
    await atOnce(6, () => harness.service.queryPayResult(payNo, me))
    equal((await harness.gatewayQueries()) - before, 1, 'how often the gateway was asked at first')
    await harness.advance(harness.queryIntervalMs)
    await harness.service.queryPayResult(payNo, me)
    equal((await harness.gatewayQueries()) - before, 2, 'how often the gateway was asked in all')
  },

  'queryPayResult: changes nothing, and does not fail, when the gateway is not clear': async (harness) => {
    const { payNo, attempt, orderId } = await ordered(harness)
    await harness.pay(payNo)
    await harness.makeAnswersUnclear()
    equal(shown(await harness.service.queryPayResult(payNo, me)), shown(attempt))
    equal(await statusOf(harness, orderId), OrderStatus.unpaid, 'the state of the order')
  },

  'queryPayResult: refuses an attempt that is not there, or another user’s': async (harness) => {
    const { payNo } = await ordered(harness)
    await rejectsWithCode(harness.service.queryPayResult(noAttempt, me), 'pay_record_not_found')
    await rejectsWithCode(harness.service.queryPayResult(payNo, as(otherUserId)), 'not_yours')
  },

  'queryPayResult: tells the owner only, and no operator': async (harness) => {
    const { payNo } = await ordered(harness)
    await rejectsWithCode(harness.service.queryPayResult(payNo, operator), 'not_yours')
  },

  'getOrder: shows everything that belongs to the order': async (harness) => {
    const { request, payNo, orderId } = await ordered(harness)
    const second = await harness.service.createOrder(sampleUserId, request)
    for (const attempt of [payNo, second.payNo]) await harness.login(attempt)
    for (const attempt of [payNo, second.payNo]) {
      await harness.pay(attempt)
      await harness.notify(attempt)
    }
    const { order, payRecords, refunds } = await harness.service.getOrder(orderId, me)
    equal([order.status, order.totalPrice], [OrderStatus.paid, request.totalPrice])
    const attempts = payRecords.map((payRecord) => payRecord.payNo)
    equal(attempts, [payNo, second.payNo])
    const givenBack = refunds.map((refund) => ({ payNo: refund.payNo, amount: refund.amount }))
    equal(givenBack, [{ payNo: second.payNo, amount: request.totalPrice }], 'what goes back of two payments')
  },

  'getOrder: shows an operator every order': async (harness) => {
    const { orderId } = await ordered(harness)
    equal((await harness.service.getOrder(orderId, operator)).order.id, orderId)
  },

  'getOrder: refuses an order that is not there, or another user’s': async (harness) => {
    const { orderId } = await ordered(harness)
    await rejectsWithCode(harness.service.getOrder(noOrder, me), 'order_not_found')
    await rejectsWithCode(harness.service.getOrder(orderId, as(otherUserId)), 'not_yours')
  },

  ...closeClauses,

  ...refundClauses,

  'leaves no secret in its errors': async (harness) => {
    ensure(harness.secrets.length > 0, 'The harness names at least one secret.')
    const request = await harness.offer(sampleUserId)
    await harness.breakStore()
    const text = textOf(await failureOf(harness.service.createOrder(sampleUserId, request)))
    ensure(!harness.secrets.some((secret) => text.includes(secret)), 'An error shows a secret.')
  },
})
