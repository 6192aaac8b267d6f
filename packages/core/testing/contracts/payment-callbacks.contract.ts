import type { Payment } from '../../src/orders/domain/payment.js'
import type { PaymentCallbacks } from '../../src/orders/ports/order-service.js'
import type { CheckoutErrorCode } from '../../src/shared/checkout-error.js'
import { type PayNo, payToken, payNo as readPayNo } from '../../src/shared/identifiers.js'
import { OrderStatus, PayStatus } from '../../src/shared/status-codes.js'
import { ensure, equal, rejectsWithCode } from './assertions.js'
import { defineContract } from './define-contract.js'
import {
  buyerActor,
  createOfferedOrder,
  type OrderServiceHarness,
  refundInFull,
  statusOf,
} from './order-service-harness.js'
import type { PaymentGatewayHarness } from './payment-gateway-harness.js'
import { otherUserId, sampleId, sampleUserId } from './sample-data.js'
import { callConcurrently } from './store-harness.js'

/** An order service with the ways of a payment to the gateway and back. */
export interface PaymentCallbacksHarness
  extends OrderServiceHarness,
    Pick<PaymentGatewayHarness, 'notification' | 'forgedNotification' | 'foreignNotification'> {
  readonly callbacks: PaymentCallbacks
  /** The verdicts in the journal about a payment, oldest first. */
  verdicts(payNo: PayNo): Promise<readonly string[]>
  recoverStore(): Promise<void>
}

const me = buyerActor(sampleUserId)

export const paymentCallbacksContract = defineContract<PaymentCallbacksHarness>()('PaymentCallbacks', {
  'openPayPage: opens the gateway’s page by the token and by the owner, for a phone and a desktop': async (harness) => {
    const { payment, payNo, request } = await createOfferedOrder(harness)
    for (const key of [{ token: payment.token }, { token: payment.token, payNo }, { payNo, actor: me }]) {
      const { url, orderName, totalPrice } = await harness.callbacks.openPayPage(key)
      ensure(/^https?:\/\//.test(url), `${url} is an address for a browser.`)
      equal([orderName, totalPrice], [request.orderName, request.totalPrice])
      ensure((await harness.callbacks.openPayPage(key, 'page')).url !== url, 'The page for a desktop is another one.')
    }
    await harness.pay(payNo)
  },

  'openPayPage: refuses a token or number that is not there, not theirs, or does not fit': async (harness) => {
    const { payment, payNo } = await createOfferedOrder(harness)
    const { token } = payment
    const keys = [
      { token: payToken('noSuchToken') },
      { token, payNo: readPayNo(sampleId(98)) },
      { payNo: readPayNo(sampleId(98)), actor: me },
      { payNo, actor: buyerActor(otherUserId) },
    ]
    for (const key of keys) await rejectsWithCode(harness.callbacks.openPayPage(key), 'pay_record_not_found')
  },

  'openPayPage: refuses a payment that nobody should pay any more, with the reason': async (harness) => {
    const refuses = ({ token }: Payment, code: CheckoutErrorCode) =>
      rejectsWithCode(harness.callbacks.openPayPage({ token }), code)
    const [paid, closed, expired] = [
      await createOfferedOrder(harness),
      await createOfferedOrder(harness),
      await createOfferedOrder(harness),
    ]
    const second = await harness.service.createOrder(sampleUserId, paid.request)
    await harness.pay(paid.payNo)
    await harness.notify(paid.payNo)
    for (const payment of [paid.payment, second]) await refuses(payment, 'order_already_paid')
    await harness.service.closeOrder(closed.orderId, me)
    await refuses(closed.payment, 'order_closed')
    await refundInFull(harness, paid.orderId)
    for (const payment of [paid.payment, second]) await refuses(payment, 'order_already_refunded')
    await harness.advance(harness.orderLifeMs)
    await refuses(expired.payment, 'pay_record_expired')
  },

  'returnFromPayPage: shows the payment with its order, and books what a query proves': async (harness) => {
    const { payment, payNo, orderId } = await createOfferedOrder(harness)
    await harness.pay(payNo)
    const returned = await harness.callbacks.returnFromPayPage(payment.token)
    equal([returned.payment.payNo, returned.payment.status], [payNo, PayStatus.paid])
    equal([returned.order.id, returned.order.status], [orderId, OrderStatus.paid])
  },

  'returnFromPayPage: queries once in an interval, however many visit': async (harness) => {
    const { payment } = await createOfferedOrder(harness)
    const before = await harness.gatewayQueries()
    await callConcurrently(6, () => harness.callbacks.returnFromPayPage(payment.token))
    equal((await harness.gatewayQueries()) - before, 1, 'the number of queries')
  },

  'returnFromPayPage: changes nothing when the gateway is not clear': async (harness) => {
    const { payment, payNo } = await createOfferedOrder(harness)
    await harness.pay(payNo)
    await harness.makeAnswersUnclear()
    const returned = await harness.callbacks.returnFromPayPage(payment.token)
    equal([returned.payment.status, returned.order.status], [PayStatus.unpaid, OrderStatus.unpaid])
  },

  'returnFromPayPage: refuses a token that is not there': async ({ callbacks }) => {
    await rejectsWithCode(callbacks.returnFromPayPage(payToken('noSuchToken')), 'pay_record_not_found')
  },

  'receiveNotify: books the payment once and answers success, however often and whatever comes later': async (
    harness,
  ) => {
    const { payNo, orderId, request } = await createOfferedOrder(harness)
    await harness.pay(payNo)
    const body = await harness.notification(payNo)
    for (const { answer } of await callConcurrently(6, () => harness.callbacks.receiveNotify(body)))
      equal(answer, 'success')
    equal(await statusOf(harness, orderId), OrderStatus.paid)
    equal((await harness.callbacks.receiveNotify(body)).answer, 'success')
    equal((await harness.verdicts(payNo)).length, 7, 'the number of journal entries')
    await harness.callbacks.receiveNotify(await harness.forgedNotification(payNo))
    equal(await statusOf(harness, orderId), OrderStatus.paid)
    equal(await harness.paidMessageResender(), [request.outBusinessId])
  },

  'receiveNotify: answers success to what needs no change': async (harness) => {
    const { payNo, orderId } = await createOfferedOrder(harness)
    await harness.login(payNo)
    equal((await harness.callbacks.receiveNotify(await harness.notification(payNo))).answer, 'success')
    equal(await statusOf(harness, orderId), OrderStatus.unpaid)
  },

  'receiveNotify: answers fail to what the gateway did not sign, or is not ours, and journals it': async (harness) => {
    const { payNo, orderId } = await createOfferedOrder(harness)
    await harness.pay(payNo)
    for (const notificationOf of [harness.foreignNotification, harness.forgedNotification]) {
      const { answer } = await harness.callbacks.receiveNotify(await notificationOf(payNo))
      equal([answer, await statusOf(harness, orderId)], ['fail', OrderStatus.unpaid])
    }
    const [foreign, ...others] = await harness.verdicts(payNo)
    equal([foreign, others.length], ['foreign_app', 1], 'the journal entries')
  },

  'receiveNotify: fails with store_unavailable while the store is down, and books the repeat': async (harness) => {
    const { payNo, orderId } = await createOfferedOrder(harness)
    await harness.pay(payNo)
    const body = await harness.notification(payNo)
    await harness.breakStore()
    await rejectsWithCode(harness.callbacks.receiveNotify(body), 'store_unavailable')
    await harness.recoverStore()
    equal((await harness.callbacks.receiveNotify(body)).answer, 'success')
    equal(await statusOf(harness, orderId), OrderStatus.paid)
  },
})
