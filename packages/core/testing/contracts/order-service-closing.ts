import { orderId } from '../../src/shared/identifiers.js'
import { OrderStatus, PayStatus } from '../../src/shared/status-codes.js'
import { equal, failureOf, rejectsWithCode } from './assertions.js'
import { clausesFor } from './define-contract.js'
import {
  buyerActor,
  createOfferedOrder,
  createPaidOrder,
  type OrderServiceHarness,
  operatorActor,
  refundInFull,
  statusOf,
} from './order-service-harness.js'
import { otherUserId, sampleId, sampleUserId } from './sample-data.js'

const me = buyerActor(sampleUserId)
const noOrder = orderId(sampleId(99))

export const orderClosingClauses = clausesFor<OrderServiceHarness>()({
  'closeOrder: closes an unpaid order, here and at the gateway': async (harness) => {
    const { orderId, payNo } = await createOfferedOrder(harness)
    await harness.login(payNo)
    const order = await harness.service.closeOrder(orderId, me)
    equal([order.status, order.payments.map(({ status }) => status)], [OrderStatus.closed, [PayStatus.closed]])
    equal(await statusOf(harness, orderId), OrderStatus.closed, 'the state of the order')
    await failureOf(harness.pay(payNo))
  },

  'closeOrder: lets an operator close every order, and answers the closed one when it is repeated': async (harness) => {
    const { orderId } = await createOfferedOrder(harness)
    for (const actor of [operatorActor, me])
      equal((await harness.service.closeOrder(orderId, actor)).status, OrderStatus.closed)
  },

  'closeOrder: refuses an order that is paid, or was refunded': async (harness) => {
    const { orderId } = await createPaidOrder(harness)
    await rejectsWithCode(harness.service.closeOrder(orderId, me), 'order_already_paid')
    equal(await statusOf(harness, orderId), OrderStatus.paid, 'the state of the order')
    await refundInFull(harness, orderId)
    await rejectsWithCode(harness.service.closeOrder(orderId, me), 'order_already_refunded')
  },

  'closeOrder: books what the gateway knows to be paid, and refuses': async (harness) => {
    const { orderId, payNo, request } = await createOfferedOrder(harness)
    await harness.pay(payNo)
    await rejectsWithCode(harness.service.closeOrder(orderId, me), 'order_already_paid')
    equal(await statusOf(harness, orderId), OrderStatus.paid, 'the state of the order')
    equal(await harness.paidMessageResender(), [request.outBusinessId])
  },

  'closeOrder: closes nothing when the gateway is not clear': async (harness) => {
    const { orderId, payNo } = await createOfferedOrder(harness)
    await harness.login(payNo)
    await harness.makeAnswersUnclear()
    await rejectsWithCode(harness.service.closeOrder(orderId, me), 'gateway_unknown')
    equal(await statusOf(harness, orderId), OrderStatus.unpaid, 'the state of the order')
  },

  'closeOrder: refuses an order that is not there, or another user’s': async (harness) => {
    const { orderId } = await createOfferedOrder(harness)
    await rejectsWithCode(harness.service.closeOrder(noOrder, me), 'order_not_found')
    await rejectsWithCode(harness.service.closeOrder(orderId, buyerActor(otherUserId)), 'order_not_found')
    equal(await statusOf(harness, orderId), OrderStatus.unpaid, 'the state of the order')
  },
})
