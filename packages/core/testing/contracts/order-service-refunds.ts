import type { RefundRequest } from '../../src/orders/domain/refund.js'
import type { CheckoutErrorCode } from '../../src/shared/checkout-error.js'
import { orderId } from '../../src/shared/identifiers.js'
import { fen } from '../../src/shared/money.js'
import { OrderStatus, PayStatus } from '../../src/shared/status-codes.js'
import { ensure, equal, rejectsWithCode } from './assertions.js'
import { clausesFor } from './define-contract.js'
import {
  buyerActor,
  createOfferedOrder,
  createPaidOrder,
  type OrderServiceHarness,
  operatorActor,
} from './order-service-harness.js'
import { sampleId, sampleUserId } from './sample-data.js'
import { callConcurrently } from './store-harness.js'

const fullRefund: RefundRequest = { amount: null, reason: '不想学了', outRequestNo: null }
const partialRefund = (amount: number, outRequestNo: string | null = null): RefundRequest => ({
  amount: fen(amount),
  reason: '少了一节课',
  outRequestNo,
})

/** An order that is paid for, with ways to refund it as an operator and to look at it. */
async function createRefundableOrder(harness: OrderServiceHarness) {
  const { orderId: id, payNo, request } = await createPaidOrder(harness)
  return {
    ...{ id, payNo, total: request.totalPrice, outBusinessId: request.outBusinessId },
    refund: (refund: RefundRequest) => harness.service.refundOrder(id, refund, operatorActor),
    /** The order, its payment, and what is refunded of it, as its owner sees them. */
    async states() {
      const { status: order, payments, refunds } = await harness.service.getOrder(id, buyerActor(sampleUserId))
      return [order, payments[0]?.status, refunds.map(({ amount, status }) => `${amount} ${status}`)]
    },
    /** The money that the gateway refunded, in fen. */
    money: () => harness.refundedMoney(payNo),
  }
}

/** After these refunds, a further one is refused with this code: nothing of it is stored, and no more money moves. */
const refusesRefund =
  (code: CheckoutErrorCode, earlier: readonly RefundRequest[], further: (total: number) => RefundRequest) =>
  async (harness: OrderServiceHarness) => {
    const { total, refund, states, money } = await createRefundableOrder(harness)
    for (const request of earlier) await refund(request)
    const before = [await states(), await money()]
    await rejectsWithCode(refund(further(total)), code)
    equal([await states(), await money()], before)
  }

export const orderRefundClauses = clausesFor<OrderServiceHarness>()({
  'refundOrder: refunds all, and sends a message': async (harness) => {
    const { id, payNo, total, outBusinessId, refund, states, money } = await createRefundableOrder(harness)
    const answer = await refund(fullRefund)
    equal([answer.orderId, answer.payNo, answer.amount, answer.reason], [id, payNo, total, fullRefund.reason])
    equal([answer.cause, answer.status], ['operator', 'succeeded'])
    equal(await states(), [OrderStatus.refunded, PayStatus.refunded, [`${total} succeeded`]])
    equal(await money(), total, 'the money refunded')
    equal(await harness.refundMessages('refundresult_notify'), [outBusinessId])
  },

  'refundOrder: refunds a part, then the rest when no amount is named, which ends the order': async (harness) => {
    const { total, outBusinessId, refund, states, money } = await createRefundableOrder(harness)
    equal((await refund(partialRefund(1))).amount, fen(1))
    equal(await states(), [OrderStatus.paid, PayStatus.paid, ['1 succeeded']])
    equal(await money(), 1, 'the money refunded')
    equal(await harness.refundMessages('partialrefund_notify'), [outBusinessId])
    equal(await harness.refundMessages('refundresult_notify'), [])
    equal((await refund(fullRefund)).amount, fen(total - 1))
    equal((await states()).slice(0, 2), [OrderStatus.refunded, PayStatus.refunded])
    equal(await money(), total, 'the money refunded')
    equal(await harness.refundMessages('refundresult_notify'), [outBusinessId])
  },

  'refundOrder: refunds once for one number, repeated or by many callers at once': async (harness) => {
    const { refund, money } = await createRefundableOrder(harness)
    const refunds = await callConcurrently(6, () => refund(partialRefund(1, 'R-1')))
    const first = await refund(partialRefund(1, 'R-1'))
    equal(first.outRequestNo, 'R-1')
    refunds.push(first, await refund({ ...fullRefund, outRequestNo: 'R-1' }))
    equal(new Set(refunds.map(({ id }) => id)).size, 1, 'the number of refunds')
    equal(await money(), 1, 'the money refunded')
  },

  'refundOrder: refunds each time when no number is named': async (harness) => {
    const { refund, money } = await createRefundableOrder(harness)
    const [first, second] = [await refund(partialRefund(1)), await refund(partialRefund(1))]
    ensure(first.outRequestNo !== second.outRequestNo, 'Each refund has a number of its own.')
    equal(await money(), 2, 'the money refunded')
  },

  'refundOrder: never refunds more than was paid, however many refund at once': async (harness) => {
    const { total, refund, money } = await createRefundableOrder(harness)
    const most = Math.floor(total / 2) + 1
    const outcomes = await callConcurrently(4, () =>
      refund(partialRefund(most)).then(
        () => 'refunded',
        (error) => error.code,
      ),
    )
    equal(outcomes.sort(), ['refund_exceeds_rest', 'refund_exceeds_rest', 'refund_exceeds_rest', 'refunded'])
    equal(await money(), most, 'the money refunded')
  },

  'refundOrder: refuses a number that was used for another amount': refusesRefund(
    'refund_conflict',
    [partialRefund(1, 'R-1')],
    () => partialRefund(2, 'R-1'),
  ),
  'refundOrder: refuses more than was paid': refusesRefund('refund_too_large', [], (total) => partialRefund(total + 1)),
  'refundOrder: refuses more than is left': refusesRefund('refund_exceeds_rest', [partialRefund(1)], (total) =>
    partialRefund(total),
  ),
  'refundOrder: refuses to refund nothing': refusesRefund('invalid_amount', [], () => partialRefund(0)),
  'refundOrder: refuses what was refunded already': refusesRefund(
    'order_already_refunded',
    [fullRefund],
    () => fullRefund,
  ),

  'refundOrder: refuses what was never paid': async (harness) => {
    const unpaid = await createOfferedOrder(harness)
    await rejectsWithCode(harness.service.refundOrder(unpaid.orderId, fullRefund, operatorActor), 'order_not_paid')
    await harness.service.closeOrder(unpaid.orderId, operatorActor)
    await rejectsWithCode(harness.service.refundOrder(unpaid.orderId, fullRefund, operatorActor), 'order_not_paid')
  },

  'refundOrder: refuses everyone but operators, and an order that is not there': async (harness) => {
    const { id, money } = await createRefundableOrder(harness)
    await rejectsWithCode(harness.service.refundOrder(id, fullRefund, buyerActor(sampleUserId)), 'operators_only')
    equal(await money(), 0, 'the money refunded')
    await rejectsWithCode(
      harness.service.refundOrder(orderId(sampleId(99)), fullRefund, operatorActor),
      'order_not_found',
    )
  },

  'refundOrder: leaves a refund pending when the gateway is not clear, and keeps its money reserved': async (
    harness,
  ) => {
    const { total, refund, states } = await createRefundableOrder(harness)
    await harness.makeAnswersUnclear()
    equal((await refund(fullRefund)).status, 'pending')
    equal(await states(), [OrderStatus.paid, PayStatus.paid, [`${total} pending`]])
    await rejectsWithCode(refund(partialRefund(1)), 'order_already_refunded')
    equal(await harness.refundMessages('refundresult_notify'), [])
  },
})
