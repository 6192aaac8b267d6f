import type { RefundRequest } from '../../src/orders/domain/refund.js'
import { type OrderId, orderId } from '../../src/shared/identifiers.js'
import { type Fen, fen } from '../../src/shared/money.js'
import { OrderStatus, PayStatus } from '../../src/shared/status-codes.js'
import { ensure, equal, rejectsWithCode } from './assertions.js'
import { as, bought, type OrderServiceHarness, operator, ordered } from './order-service-harness.js'
import { sampleId, sampleUserId } from './sample-data.js'
import { atOnce } from './store-harness.js'

const whole: RefundRequest = { amount: null, reason: '不想学了', outRequestNo: null }
const part = (amount: number, outRequestNo: string | null = null): RefundRequest => ({
  amount: fen(amount),
  reason: '少了一节课',
  outRequestNo,
})

/** An order that is paid for, and a way to refund it as an operator. */
async function paidOrder(harness: OrderServiceHarness) {
  const { orderId: id, payNo, request } = await bought(harness)
  return {
    ...{ id, payNo, total: request.totalPrice, outBusinessId: request.outBusinessId },
    refund: (refund: RefundRequest) => harness.service.refundOrder(id, refund, operator),
  }
}

/** The order, its payment, and what is refunded of it, as its owner sees them. */
async function statesOf({ service }: OrderServiceHarness, id: OrderId) {
  const { status: order, payments, refunds } = await service.getOrder(id, as(sampleUserId))
  return [order, payments[0]?.status, refunds.map(({ amount, status }) => `${amount} ${status}`)]
}

const half = (total: Fen) => Math.floor(total / 2)

export const refundClauses = {
  'refundOrder: refunds all, and sends a message': async (harness: OrderServiceHarness) => {
    const { id, payNo, total, outBusinessId, refund } = await paidOrder(harness)
    const answer = await refund(whole)
    equal([answer.orderId, answer.payNo, answer.amount, answer.reason], [id, payNo, total, whole.reason])
    equal([answer.cause, answer.status], ['operator', 'succeeded'])
    equal(await statesOf(harness, id), [OrderStatus.refunded, PayStatus.refunded, [`${total} succeeded`]])
    equal(await harness.refundedMoney(payNo), total, 'the money refunded')
    equal(await harness.refundMessages('refundresult_notify'), [outBusinessId])
  },

  'refundOrder: refunds a part, and the order stays paid': async (harness: OrderServiceHarness) => {
    const { id, payNo, outBusinessId, refund } = await paidOrder(harness)
    equal((await refund(part(1))).amount, fen(1))
    equal(await statesOf(harness, id), [OrderStatus.paid, PayStatus.paid, ['1 succeeded']])
    equal(await harness.refundedMoney(payNo), 1, 'the money refunded')
    equal(await harness.refundMessages('partialrefund_notify'), [outBusinessId])
    equal(await harness.refundMessages('refundresult_notify'), [])
  },

  'refundOrder: refunds the rest when no amount is named, and that ends the order': async (
    harness: OrderServiceHarness,
  ) => {
    const { id, payNo, total, outBusinessId, refund } = await paidOrder(harness)
    await refund(part(1))
    equal((await refund(whole)).amount, fen(total - 1))
    const [order, payment] = await statesOf(harness, id)
    equal([order, payment], [OrderStatus.refunded, PayStatus.refunded])
    equal(await harness.refundedMoney(payNo), total, 'the money refunded')
    equal(await harness.refundMessages('refundresult_notify'), [outBusinessId])
  },

  'refundOrder: refunds once for a repeated number': async (harness: OrderServiceHarness) => {
    const { payNo, refund } = await paidOrder(harness)
    const first = await refund(part(1, 'R-1'))
    equal([first.outRequestNo, await refund(part(1, 'R-1'))], ['R-1', first])
    equal((await refund({ ...whole, outRequestNo: 'R-1' })).id, first.id, 'the refund, named by its number only')
    equal(await harness.refundedMoney(payNo), 1, 'the money refunded')
  },

  'refundOrder: refunds once for one number by many callers at once': async (harness: OrderServiceHarness) => {
    const { payNo, refund } = await paidOrder(harness)
    const refunds = await atOnce(6, () => refund(part(1, 'R-1')))
    equal(new Set(refunds.map(({ id }) => id)).size, 1, 'the number of refunds')
    equal(await harness.refundedMoney(payNo), 1, 'the money refunded')
  },

  'refundOrder: refunds each time when no number is named': async (harness: OrderServiceHarness) => {
    const { payNo, refund } = await paidOrder(harness)
    const [first, second] = [await refund(part(1)), await refund(part(1))]
    ensure(first.outRequestNo !== second.outRequestNo, 'Each refund has a number of its own.')
    equal(await harness.refundedMoney(payNo), 2, 'the money refunded')
  },

  'refundOrder: never refunds more than was paid, however many refund at once': async (
    harness: OrderServiceHarness,
  ) => {
    const { payNo, total, refund } = await paidOrder(harness)
    const outcomes = await atOnce(4, () =>
      refund(part(half(total) + 1)).then(
        () => 'refunded',
        (error) => error.code,
      ),
    )
    equal(outcomes.sort(), ['refund_exceeds_rest', 'refund_exceeds_rest', 'refund_exceeds_rest', 'refunded'])
    equal(await harness.refundedMoney(payNo), half(total) + 1, 'the money refunded')
  },

  'refundOrder: refuses a number that was used for another amount': async (harness: OrderServiceHarness) => {
    const { payNo, refund } = await paidOrder(harness)
    await refund(part(1, 'R-1'))
    await rejectsWithCode(refund(part(2, 'R-1')), 'refund_conflict')
    equal(await harness.refundedMoney(payNo), 1, 'the money refunded')
  },

  'refundOrder: refuses more than was paid': async (harness: OrderServiceHarness) => {
    const { id, total, refund } = await paidOrder(harness)
    await rejectsWithCode(refund(part(total + 1)), 'refund_too_large')
    equal(await statesOf(harness, id), [OrderStatus.paid, PayStatus.paid, []])
  },

  'refundOrder: refuses more than is left': async (harness: OrderServiceHarness) => {
    const { id, total, refund } = await paidOrder(harness)
    await refund(part(1))
    await rejectsWithCode(refund(part(total)), 'refund_exceeds_rest')
    equal(await statesOf(harness, id), [OrderStatus.paid, PayStatus.paid, ['1 succeeded']])
  },

  'refundOrder: refuses to refund nothing': async (harness: OrderServiceHarness) => {
    const { id, refund } = await paidOrder(harness)
    await rejectsWithCode(refund(part(0)), 'invalid_amount')
    equal(await statesOf(harness, id), [OrderStatus.paid, PayStatus.paid, []])
  },

  'refundOrder: refuses what was refunded already': async (harness: OrderServiceHarness) => {
    const { payNo, total, refund } = await paidOrder(harness)
    await refund(whole)
    await rejectsWithCode(refund(whole), 'order_already_refunded')
    equal(await harness.refundedMoney(payNo), total, 'the money refunded')
  },

  'refundOrder: refuses what was never paid': async (harness: OrderServiceHarness) => {
    const unpaid = await ordered(harness)
    await rejectsWithCode(harness.service.refundOrder(unpaid.orderId, whole, operator), 'order_not_paid')
    await harness.service.closeOrder(unpaid.orderId, operator)
    await rejectsWithCode(harness.service.refundOrder(unpaid.orderId, whole, operator), 'order_not_paid')
  },

  'refundOrder: refuses everyone but operators': async (harness: OrderServiceHarness) => {
    const { id, payNo } = await paidOrder(harness)
    await rejectsWithCode(harness.service.refundOrder(id, whole, as(sampleUserId)), 'operators_only')
    equal(await harness.refundedMoney(payNo), 0, 'the money refunded')
  },

  'refundOrder: refuses an order that is not there': async ({ service }: OrderServiceHarness) => {
    await rejectsWithCode(service.refundOrder(orderId(sampleId(99)), whole, operator), 'order_not_found')
  },

  'refundOrder: leaves a refund pending when the gateway is not clear, and keeps its money reserved': async (
    harness: OrderServiceHarness,
  ) => {
    const { id, total, refund } = await paidOrder(harness)
    await harness.makeAnswersUnclear()
    equal((await refund(whole)).status, 'pending')
    equal(await statesOf(harness, id), [OrderStatus.paid, PayStatus.paid, [`${total} pending`]])
    await rejectsWithCode(refund(part(1)), 'order_already_refunded')
    equal(await harness.refundMessages('refundresult_notify'), [])
  },
} as const
