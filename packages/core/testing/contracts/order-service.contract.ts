import type { OrderRequest } from '../../src/orders/domain/order.js'
import type { CheckoutErrorCode } from '../../src/shared/checkout-error.js'
import { readOrderDetail, writeOrderDetail } from '../../src/shared/goods.js'
import { isSnowflake, orderId, outBusinessId, payNo } from '../../src/shared/identifiers.js'
import { fen } from '../../src/shared/money.js'
import { OrderStatus, PayStatus } from '../../src/shared/status-codes.js'
import { ensure, equal, errorText, failureOf, rejectsWithCode, showsNoSecret } from './assertions.js'
import { defineContract } from './define-contract.js'
import { orderClosingClauses } from './order-service-closing.js'
import {
  buyerActor,
  createOfferedOrder,
  createPaidOrder,
  type OrderServiceHarness,
  operatorActor,
  refundInFull,
  statusOf,
  wireMembersOf,
} from './order-service-harness.js'
import { orderRefundClauses } from './order-service-refunds.js'
import { otherUserId, sampleId, sampleUserId } from './sample-data.js'
import { callConcurrently } from './store-harness.js'

const me = buyerActor(sampleUserId)
const noOrder = orderId(sampleId(99))
const noPayment = payNo(sampleId(98))

/** A request that is refused with this code, and leaves no order behind. */
const refusesOrder =
  (code: CheckoutErrorCode, requestOf: (harness: OrderServiceHarness) => Promise<OrderRequest>) =>
  async (harness: OrderServiceHarness) => {
    const request = await requestOf(harness)
    await rejectsWithCode(harness.service.createOrder(sampleUserId, request), code)
    equal(await harness.storedOrders(), [])
  }

/** What is for sale to the sample user, asked for otherwise. */
const changedOffer =
  (change: (request: OrderRequest) => Partial<OrderRequest>) =>
  async ({ offer }: OrderServiceHarness): Promise<OrderRequest> => {
    const request = await offer(sampleUserId)
    return { ...request, ...change(request) }
  }

function withPrices({ goods }: OrderRequest, priceOf: (price: number) => number) {
  const lines = goods.map((line) => ({ ...line, goodsPrice: fen(priceOf(line.goodsPrice)) }))
  return { goods: lines, orderDetail: writeOrderDetail(lines) }
}

export const orderServiceContract = defineContract<OrderServiceHarness>()('OrderService', {
  'createOrder: makes an unpaid order and a payment to pay it': async (harness) => {
    const { request, payment } = await createOfferedOrder(harness)
    ensure(isSnowflake(payment.payNo) && isSnowflake(payment.orderId), 'Ids are decimal strings of 63-bit numbers.')
    const { totalPrice, orderName } = request
    const expected = { userId: sampleUserId, totalPrice, orderName, status: PayStatus.unpaid }
    equal({ ...wireMembersOf(payment), ...expected }, wireMembersOf(payment), 'the payment')
    equal(payment.expireDate - payment.createDate, harness.orderLifeMs, 'how long it can be paid')
    const order = await harness.service.getOrder(payment.orderId, me)
    equal([order.outBusinessId, order.status], [request.outBusinessId, OrderStatus.unpaid])
    equal(readOrderDetail(order.orderDetail), request.goods)
    equal([order.payments.map(wireMembersOf), order.refunds], [[wireMembersOf(payment)], []])
  },

  'createOrder: makes one order and another payment each time it is asked': async (harness) => {
    const { request, payment } = await createOfferedOrder(harness)
    const again = await harness.service.createOrder(sampleUserId, request)
    equal(again.orderId, payment.orderId, 'the order')
    ensure(again.payNo !== payment.payNo, 'Each payment has a number of its own.')
    const { payments } = await harness.service.getOrder(payment.orderId, me)
    equal(payments.map(wireMembersOf), [wireMembersOf(payment), wireMembersOf(again)])
    equal(await harness.storedOrders(), [payment.orderId])
  },

  'createOrder: makes one order for many callers at once': async (harness) => {
    const request = await harness.offer(sampleUserId)
    const payments = await callConcurrently(6, () => harness.service.createOrder(sampleUserId, request))
    equal(new Set(payments.map((payment) => payment.orderId)).size, 1, 'the number of orders')
    equal(new Set(payments.map((payment) => payment.payNo)).size, 6, 'the number of payments')
    equal((await harness.storedOrders()).length, 1, 'the number of orders stored')
  },

  'createOrder: refuses a total that is not the server’s price': refusesOrder(
    'price_mismatch',
    changedOffer((request) => ({ ...withPrices(request, () => 1), totalPrice: fen(1) })),
  ),
  'createOrder: refuses lines that do not add up to the total': refusesOrder(
    'price_mismatch',
    changedOffer((request) => withPrices(request, (price) => price + 1)),
  ),
  'createOrder: refuses an order type that nobody sells': refusesOrder(
    'unknown_order_type',
    changedOffer(() => ({ orderType: '60299' })),
  ),
  'createOrder: refuses what is not for sale': refusesOrder(
    'choice_not_found',
    changedOffer(() => ({ outBusinessId: outBusinessId(sampleId(97)) })),
  ),
  'createOrder: refuses what is for sale to another user': refusesOrder('not_yours', ({ offer }) => offer(otherUserId)),
  'createOrder: refuses what costs nothing': refusesOrder('nothing_to_pay', ({ offerFree }) => offerFree(sampleUserId)),

  'createOrder: takes the server’s names, and ignores the buyer’s': async (harness) => {
    const request = await harness.offer(sampleUserId)
    const payment = await harness.service.createOrder(sampleUserId, { ...request, orderName: 'my own name' })
    equal(payment.orderName, request.orderName)
    const again = await harness.service.createOrder(sampleUserId, { ...request, orderName: 'another name' })
    equal([again.orderId, again.orderName], [payment.orderId, request.orderName])
  },

  'createOrder: refuses what is paid for already, or was refunded': async (harness) => {
    const { request, orderId } = await createPaidOrder(harness)
    await rejectsWithCode(harness.service.createOrder(sampleUserId, request), 'order_already_paid')
    equal((await harness.service.getOrder(orderId, me)).payments.length, 1, 'the number of payments')
    await refundInFull(harness, orderId)
    const refusal = errorText(await failureOf(harness.service.createOrder(sampleUserId, request)))
    // The seller may have heard of the refund already, or not yet.
    ensure(/order_already_(refunded|paid)|choice_outdated/.test(refusal), `It is refused with ${refusal}.`)
  },

  'createOrder: opens an order again that was closed or expired, under the same id': async (harness) => {
    const { request, orderId } = await createOfferedOrder(harness)
    const ends = [() => harness.service.closeOrder(orderId, me), () => harness.advance(harness.orderLifeMs + 60_000)]
    for (const end of ends) {
      const { expireDate } = await harness.service.getOrder(orderId, me)
      await end()
      equal(await statusOf(harness, orderId), OrderStatus.closed, 'the state of the order in between')
      await harness.advance(1)
      const again = await harness.service.createOrder(sampleUserId, request)
      equal([again.orderId, again.status], [orderId, PayStatus.unpaid])
      ensure(again.expireDate > expireDate, 'The new payment has a time of its own.')
      equal(await statusOf(harness, orderId), OrderStatus.unpaid, 'the state of the order')
    }
    const { payNo: last } = await harness.service.createOrder(sampleUserId, request)
    await harness.pay(last)
    equal((await harness.service.queryPayResult(last, me)).status, PayStatus.paid)
  },

  'createOrder: gives every payment its full time, and the order with it': async (harness) => {
    const { request, orderId } = await createOfferedOrder(harness)
    await harness.advance(harness.orderLifeMs / 2)
    const { createDate, expireDate } = await harness.service.createOrder(sampleUserId, request)
    equal(expireDate - createDate, harness.orderLifeMs, 'how long it can be paid')
    equal((await harness.service.getOrder(orderId, me)).expireDate, expireDate, 'the expiry of the order')
  },

  'createOrder: fails with store_unavailable, and shows no secret, when the store cannot be reached': async (
    harness,
  ) => {
    const request = await harness.offer(sampleUserId)
    await harness.breakStore()
    showsNoSecret(
      harness,
      await rejectsWithCode(harness.service.createOrder(sampleUserId, request), 'store_unavailable'),
    )
  },

  'queryPayResult: books a payment whose notification was lost': async (harness) => {
    const { payNo, orderId, payment, request } = await createOfferedOrder(harness)
    await harness.pay(payNo)
    const paid = await harness.service.queryPayResult(payNo, me)
    equal(wireMembersOf(paid), { ...wireMembersOf(payment), status: PayStatus.paid })
    ensure(paid.outPayNo !== null && paid.outPayChannel === 'Alipay', 'The gateway’s number and channel are on record.')
    ensure((paid.paySuccessTime ?? 0) > payment.createDate - 1_000, 'The time of the payment is on record.')
    equal(await statusOf(harness, orderId), OrderStatus.paid, 'the state of the order')
    equal(await harness.paidMessageResender(), [request.outBusinessId])
  },

  'queryPayResult: shows a payment of which the gateway has notified': async (harness) => {
    const { payNo } = await createPaidOrder(harness)
    const queries = await harness.gatewayQueries()
    equal((await harness.service.queryPayResult(payNo, me)).status, PayStatus.paid)
    equal(await harness.gatewayQueries(), queries, 'how often the gateway was asked')
  },

  'queryPayResult: sends one message, however often the proof comes': async (harness) => {
    const { payNo, request } = await createOfferedOrder(harness)
    await harness.pay(payNo)
    await Promise.all([harness.notify(payNo), harness.service.queryPayResult(payNo, me), harness.notify(payNo)])
    await harness.notify(payNo)
    await harness.advance(60_000)
    equal(await harness.paidMessageResender(), [request.outBusinessId])
  },

  'queryPayResult: shows an unpaid payment as it is': async (harness) => {
    const { payNo, payment } = await createOfferedOrder(harness)
    await harness.login(payNo)
    equal(wireMembersOf(await harness.service.queryPayResult(payNo, me)), wireMembersOf(payment))
  },

  'queryPayResult: asks the gateway once in an interval, however many watch': async (harness) => {
    const { payNo } = await createOfferedOrder(harness)
    const before = await harness.gatewayQueries()
    await callConcurrently(6, () => harness.service.queryPayResult(payNo, me))
    equal((await harness.gatewayQueries()) - before, 1, 'how often the gateway was asked at first')
    await harness.advance(harness.queryIntervalMs)
    await harness.service.queryPayResult(payNo, me)
    equal((await harness.gatewayQueries()) - before, 2, 'how often the gateway was asked in all')
  },

  'queryPayResult: changes nothing, and does not fail, when the gateway is not clear': async (harness) => {
    const { payNo, payment, orderId } = await createOfferedOrder(harness)
    await harness.pay(payNo)
    await harness.makeAnswersUnclear()
    equal(wireMembersOf(await harness.service.queryPayResult(payNo, me)), wireMembersOf(payment))
    equal(await statusOf(harness, orderId), OrderStatus.unpaid, 'the state of the order')
  },

  'queryPayResult: tells the owner only, and no operator, and refuses a payment that is not there': async (harness) => {
    const { payNo } = await createOfferedOrder(harness)
    await rejectsWithCode(harness.service.queryPayResult(noPayment, me), 'pay_record_not_found')
    for (const actor of [buyerActor(otherUserId), operatorActor])
      await rejectsWithCode(harness.service.queryPayResult(payNo, actor), 'pay_record_not_found')
  },

  'getOrder: shows everything that belongs to the order': async (harness) => {
    const { request, payNo, orderId } = await createOfferedOrder(harness)
    const second = await harness.service.createOrder(sampleUserId, request)
    for (const payment of [payNo, second.payNo]) await harness.login(payment)
    for (const payment of [payNo, second.payNo]) {
      await harness.pay(payment)
      await harness.notify(payment)
    }
    const { payments, refunds, ...order } = await harness.service.getOrder(orderId, me)
    equal([order.status, order.totalPrice], [OrderStatus.paid, request.totalPrice])
    equal(
      payments.map((payment) => payment.payNo),
      [payNo, second.payNo],
    )
    const refunded = refunds.map((refund) => [refund.payNo, refund.amount])
    equal(refunded, [[second.payNo, request.totalPrice]], 'what is refunded of two payments')
  },

  'getOrder: shows an order to its owner and to operators alone': async (harness) => {
    const { orderId } = await createOfferedOrder(harness)
    equal((await harness.service.getOrder(orderId, operatorActor)).id, orderId)
    await rejectsWithCode(harness.service.getOrder(noOrder, me), 'order_not_found')
    await rejectsWithCode(harness.service.getOrder(orderId, buyerActor(otherUserId)), 'order_not_found')
  },

  ...orderClosingClauses,

  ...orderRefundClauses,
})
