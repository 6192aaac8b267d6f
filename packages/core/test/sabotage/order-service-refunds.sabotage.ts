import { CheckoutError, type CheckoutErrorCode, type OrderService, OrderStatus } from '../../src/index.js'
import { type OrderServiceHarness, sampleOrder, samplePayment, sampleRefund } from '../../testing/contracts/index.js'
import { changed, type Sabotage } from './sabotage.js'

type RefundOrder = OrderService['refundOrder']

/** Another way to refund, which has the sound one at hand. */
const refunding =
  (fault: (refund: RefundOrder, service: OrderService) => RefundOrder): Sabotage<OrderServiceHarness> =>
  (harness) =>
    changed(harness, {
      service: { ...harness.service, refundOrder: fault(harness.service.refundOrder, harness.service) },
    })

/** Answers with a refund where there is to be none. */
const refundingQuietly = (...codes: CheckoutErrorCode[]) =>
  refunding(
    (refund) => (id, request, actor) =>
      refund(id, request, actor).catch((error) => {
        if (codes.includes(error.code)) return sampleRefund(samplePayment(sampleOrder()))
        throw error
      }),
  )

export const refundSabotage = {
  // Books it here and refunds nothing.
  'refundOrder: refunds all, and sends a message': (harness) => changed(harness, { refundedMoney: async () => 0 }),

  'refundOrder: refunds a part, then the rest when no amount is named, which ends the order': [
    refunding((refund) => (id, request, actor) => refund(id, { ...request, amount: null }, actor)),
    // All that was paid, and not all that is left.
    refunding((refund, service) => async (id, request, actor) => {
      const order = await service.getOrder(id, actor)
      return refund(id, { ...request, amount: request.amount ?? order.totalPrice }, actor)
    }),
  ],

  'refundOrder: refunds once for one number, repeated or by many callers at once': refunding(
    (refund) => (id, request, actor) => refund(id, { ...request, outRequestNo: null }, actor),
  ),

  // One number for the order, whatever is refunded of it.
  'refundOrder: refunds each time when no number is named': refunding(
    (refund) => (id, request, actor) => refund(id, { ...request, outRequestNo: request.outRequestNo ?? id }, actor),
  ),

  'refundOrder: never refunds more than was paid, however many refund at once': refundingQuietly('refund_exceeds_rest'),
  'refundOrder: refuses a number that was used for another amount': refundingQuietly('refund_conflict'),
  'refundOrder: refuses more than was paid': refundingQuietly('refund_too_large'),
  'refundOrder: refuses more than is left': refundingQuietly('refund_exceeds_rest'),
  'refundOrder: refuses to refund nothing': refundingQuietly('invalid_amount'),
  'refundOrder: refuses what was refunded already': refundingQuietly('order_already_refunded'),

  // Sees to open orders only, and takes a closed one for paid.
  'refundOrder: refuses what was never paid': refunding((refund, service) => async (id, request, actor) => {
    const order = await service.getOrder(id, actor)
    if (order.status !== OrderStatus.closed) return refund(id, request, actor)
    throw new CheckoutError('order_already_refunded', 'There is nothing left of this order.')
  }),

  'refundOrder: refuses everyone but operators, and an order that is not there': [
    refunding((refund) => (id, request, actor) => refund(id, request, { ...actor, operator: true })),
    refundingQuietly('order_not_found'),
  ],

  // No clear answer is taken for a no.
  'refundOrder: leaves a refund pending when the gateway is not clear, and keeps its money reserved': refunding(
    (refund) => async (id, request, actor) => {
      const answer = await refund(id, request, actor)
      return answer.status === 'pending' ? { ...answer, status: 'failed' } : answer
    },
  ),
} satisfies Record<string, Sabotage<OrderServiceHarness> | Sabotage<OrderServiceHarness>[]>
