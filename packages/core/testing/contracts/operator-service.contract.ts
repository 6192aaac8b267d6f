import type { HeldDecision } from '../../src/orders/domain/resolve-held-payment.js'
import type { OperatorService } from '../../src/orders/ports/operator-service.js'
import { type MessageId, messageId, type PayNo, payNo as readPayNo } from '../../src/shared/identifiers.js'
import type { OperatorAction } from '../../src/shared/operator-action.js'
import { OrderStatus, PayStatus } from '../../src/shared/status-codes.js'
import { equal, rejectsWithCode } from './assertions.js'
import { defineContract } from './define-contract.js'
import {
  buyerActor,
  createOfferedOrder,
  createPaidOrder,
  type OrderServiceHarness,
  operatorActor,
  statusOf,
} from './order-service-harness.js'
import { sampleId, sampleOperatorAction, sampleUserId } from './sample-data.js'
import { callConcurrently } from './store-harness.js'

/** An order service that holds money which comes after its order was closed. */
export interface OperatorServiceHarness extends OrderServiceHarness {
  readonly operator: OperatorService
  /** The buyer opens the page of the payment and does nothing yet. */
  openPage(payNo: PayNo): Promise<void>
  /** The stored actions about an order, payment or message, newest first. */
  actionsOf(subject: string): Promise<readonly OperatorAction[]>
  /** Makes the message of a paid order a dead letter; its id. */
  killMessage(): Promise<MessageId>
}

const me = buyerActor(sampleUserId)

/** Money that is held: it came after its order was closed, from a page that was open. */
async function heldPayment(harness: OperatorServiceHarness) {
  const order = await createOfferedOrder(harness)
  await harness.openPage(order.payNo)
  await harness.service.closeOrder(order.orderId, me)
  await harness.pay(order.payNo)
  await harness.notify(order.payNo)
  equal(await statusOf(harness, order.orderId), OrderStatus.closed, 'the state of the order')
  const resolve = (decision: HeldDecision) =>
    harness.operator.resolveHeldPayment(order.payNo, decision, '客户来电', operatorActor)
  return { ...order, resolve }
}

/** The operator's only action about each of these is this one. */
async function expectStoredAction(
  { actionsOf }: OperatorServiceHarness,
  action: Pick<OperatorAction, 'kind' | 'subject' | 'reason' | 'detail'>,
  subjects: readonly string[],
): Promise<void> {
  for (const subject of subjects) {
    const [{ id, at, orderId, ...stored } = sampleOperatorAction(), ...others] = await actionsOf(subject)
    equal([stored, others], [{ ...action, actor: operatorActor.userId }, []])
  }
}

export const operatorServiceContract = defineContract<OperatorServiceHarness>()('OperatorService', {
  'queryNow: settles what the gateway proves, and queries about a payment in any state': async (harness) => {
    const { payNo, orderId } = await createOfferedOrder(harness)
    await harness.pay(payNo)
    const before = await harness.gatewayQueries()
    for (const _time of ['unpaid', 'paid']) {
      const { gatewayStatus, payment } = await harness.operator.queryNow(payNo, operatorActor)
      equal(
        [gatewayStatus, payment.status, await statusOf(harness, orderId)],
        ['paid', PayStatus.paid, OrderStatus.paid],
      )
    }
    equal((await harness.gatewayQueries()) - before, 2, 'the number of queries')
  },

  'queryNow: tells that there is no trade, or no clear answer, changes nothing, and stores the action': async (
    harness,
  ) => {
    const { payNo, orderId } = await createOfferedOrder(harness)
    equal((await harness.operator.queryNow(payNo, operatorActor)).gatewayStatus, 'no_trade')
    await expectStoredAction(harness, { kind: 'ask', subject: payNo, reason: '', detail: 'no_trade' }, [payNo, orderId])
    await harness.makeAnswersUnclear()
    const { gatewayStatus, payment } = await harness.operator.queryNow(payNo, operatorActor)
    equal([gatewayStatus, payment.status], ['unknown', PayStatus.unpaid])
    equal((await harness.actionsOf(payNo)).length, 2, 'the number of actions')
  },

  'queryNow: refuses a payment that is not there': async (harness) => {
    await rejectsWithCode(harness.operator.queryNow(readPayNo(sampleId(98)), operatorActor), 'pay_record_not_found')
  },

  'resolveHeldPayment: fulfils the order with the held money, and sends a message': async (harness) => {
    const { orderId, request, resolve } = await heldPayment(harness)
    const { status, receipt } = await resolve('fulfil')
    equal([status, receipt, await statusOf(harness, orderId)], [PayStatus.paid, 'booked', OrderStatus.paid])
    equal(await harness.paidMessageResender(), [request.outBusinessId])
  },

  'resolveHeldPayment: refunds the held money, and stores the action with its decision and reason': async (harness) => {
    const { payNo, orderId, request, resolve } = await heldPayment(harness)
    await resolve('refund')
    await harness.advance(60_000)
    equal(await harness.refundedMoney(payNo), request.totalPrice, 'the money refunded')
    equal(await statusOf(harness, orderId), OrderStatus.closed)
    equal(await harness.paidMessageResender(), [])
    await expectStoredAction(harness, { kind: 'resolve', subject: payNo, reason: '客户来电', detail: 'refund' }, [
      payNo,
      orderId,
    ])
  },

  'resolveHeldPayment: refuses a payment that is not held or not there, and stores no action': async (harness) => {
    const { payNo } = await createPaidOrder(harness)
    const resolve = (number: typeof payNo) => harness.operator.resolveHeldPayment(number, 'refund', '', operatorActor)
    await rejectsWithCode(resolve(payNo), 'payment_not_held')
    await rejectsWithCode(resolve(readPayNo(sampleId(98))), 'pay_record_not_found')
    equal(await harness.actionsOf(payNo), [])
  },

  'resolveHeldPayment: lets one of two opposite decisions win, and refuses a repeated one': async (harness) => {
    const { payNo, orderId, resolve } = await heldPayment(harness)
    const answers = await Promise.allSettled([resolve('fulfil'), resolve('refund')])
    const refusals = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason.code] : []))
    equal(refusals, ['payment_not_held'])
    await harness.advance(60_000)
    const isPaid = (await statusOf(harness, orderId)) === OrderStatus.paid
    equal((await harness.refundedMoney(payNo)) > 0, !isPaid, 'whether the money was refunded')
    for (const decision of ['fulfil', 'refund'] as const) await rejectsWithCode(resolve(decision), 'payment_not_held')
    equal((await harness.actionsOf(payNo)).length, 1, 'the number of actions')
  },

  'resolveHeldPayment: fulfils no order that another payment paid': async (harness) => {
    const { request, resolve } = await heldPayment(harness)
    const next = await harness.service.createOrder(sampleUserId, request)
    await harness.pay(next.payNo)
    await harness.notify(next.payNo)
    await rejectsWithCode(resolve('fulfil'), 'order_already_paid')
    equal((await resolve('refund')).receipt, 'late')
  },

  'redeliver: sends a dead letter again, and stores the action': async (harness) => {
    const id = await harness.killMessage()
    const message = await harness.operator.redeliver(id, operatorActor)
    equal(message.id, id)
    await harness.advance(1_000)
    equal(await harness.paidMessageResender(), [message.businessKey1])
    await expectStoredAction(harness, { kind: 'redeliver', subject: id, reason: '', detail: '' }, [id])
  },

  'redeliver: refuses a message that is not dead, or not any more': async (harness) => {
    const redeliver = (id: MessageId) => harness.operator.redeliver(id, operatorActor)
    await rejectsWithCode(redeliver(messageId(sampleId(97))), 'dead_message_not_found')
    const id = await harness.killMessage()
    await callConcurrently(2, () => redeliver(id).catch(() => null))
    await rejectsWithCode(redeliver(id), 'dead_message_not_found')
    equal((await harness.actionsOf(id)).length, 1, 'the number of actions')
  },

  'fails with store_unavailable when the store cannot be reached': async (harness) => {
    const { payNo, resolve } = await heldPayment(harness)
    await harness.breakStore()
    const redelivering = harness.operator.redeliver(messageId(sampleId(97)), operatorActor)
    const calls = [harness.operator.queryNow(payNo, operatorActor), resolve('fulfil'), redelivering]
    await Promise.all(calls.map((call) => rejectsWithCode(call, 'store_unavailable')))
  },
})
