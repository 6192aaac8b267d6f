import type { RefundAnswer, RefundInstruction } from '../../src/orders/ports/payment-gateway.js'
import { payNo } from '../../src/shared/identifiers.js'
import { fen } from '../../src/shared/money.js'
import { ensure, equal } from './assertions.js'
import { clausesFor } from './define-contract.js'
import { openTrade, type PaymentGatewayHarness, paidTrade } from './payment-gateway-harness.js'
import { sampleId } from './sample-data.js'
import { callConcurrently } from './store-harness.js'

/** Of no trade; to a float it is the number of the sample attempt. */
export const UNKNOWN_PAY_NO = payNo(sampleId(100_002))

export const sampleRefundInstruction = (changes: Partial<RefundInstruction> = {}): RefundInstruction => ({
  payNo: payNo(sampleId(100_001)),
  amount: fen(9_900),
  reason: '重复支付',
  outRequestNo: sampleId(201),
  ...changes,
})

/**
 * Taken by the gateway; whether a repeat says `succeeded` or only `accepted` is its own affair (Alipay: fund_change).
 */
const isAccepted = ({ kind }: RefundAnswer) => kind === 'succeeded' || kind === 'accepted'

/** From then on the answer about a refund is certain. */
const REFUND_QUERY_CERTAIN_AFTER_MS = 10_000

/** What was refunded under the first refund number; null while that is not known to have succeeded. */
async function refundedAmountOf({ gateway, advance }: PaymentGatewayHarness, number: RefundInstruction['payNo']) {
  await advance(REFUND_QUERY_CERTAIN_AFTER_MS)
  const answer = await gateway.queryRefund(number, sampleRefundInstruction().outRequestNo)
  return answer.kind === 'succeeded' ? answer.amount : null
}

export const gatewayRefundClauses = clausesFor<PaymentGatewayHarness>()({
  'refunds money': async (harness) => {
    const { payNo, attempt } = await paidTrade(harness)
    equal((await harness.gateway.refund(sampleRefundInstruction())).kind, 'succeeded')
    equal(await refundedAmountOf(harness, payNo), attempt.totalPrice, 'the amount refunded under this number')
    equal(await harness.moneyOf(payNo), { received: attempt.totalPrice, refunded: attempt.totalPrice })
  },

  'refunds a part, and another part under another number': async (harness) => {
    const { payNo } = await paidTrade(harness)
    equal((await harness.gateway.refund(sampleRefundInstruction({ amount: fen(1) }))).kind, 'succeeded')
    equal(
      (await harness.gateway.refund(sampleRefundInstruction({ amount: fen(9), outRequestNo: sampleId(202) }))).kind,
      'succeeded',
    )
    equal(await refundedAmountOf(harness, payNo), 1, 'the amount refunded under the first number')
    equal((await harness.moneyOf(payNo)).refunded, 10, 'the money refunded')
  },

  'moves money once for a repeated refund': async (harness) => {
    const { payNo } = await paidTrade(harness)
    const part = sampleRefundInstruction({ amount: fen(100) })
    await callConcurrently(4, () => harness.gateway.refund(part))
    ensure(isAccepted(await harness.gateway.refund(part)), 'A repeated refund is taken.')
    equal((await harness.moneyOf(payNo)).refunded, 100, 'the money refunded')
  },

  'moves money once although the first answer was lost': async (harness) => {
    const { payNo } = await paidTrade(harness)
    const part = sampleRefundInstruction({ amount: fen(100) })
    await harness.loseAnswers()
    equal((await harness.gateway.refund(part)).kind, 'unknown')
    await harness.makeAnswersClear()
    ensure(isAccepted(await harness.gateway.refund(part)), 'The repeated refund is taken.')
    equal(await refundedAmountOf(harness, payNo), 100, 'the amount refunded under this number')
    equal((await harness.moneyOf(payNo)).refunded, 100, 'the money refunded')
  },

  'refuses to refund more than was paid, or what was never paid': async (harness) => {
    await openTrade(harness)
    equal((await harness.gateway.refund(sampleRefundInstruction())).kind, 'refused', 'the refund of an unpaid trade')
    equal(
      (await harness.gateway.refund(sampleRefundInstruction({ payNo: UNKNOWN_PAY_NO }))).kind,
      'refused',
      'the refund of no trade',
    )
    const { payNo: paid } = await paidTrade(harness, { payNo: payNo(sampleId(110)) })
    const tooMuch = sampleRefundInstruction({ payNo: paid, amount: fen(9_901) })
    equal((await harness.gateway.refund(tooMuch)).kind, 'refused', 'the refund of more than was paid')
    equal((await harness.moneyOf(paid)).refunded, 0, 'the money refunded')
  },

  'answers trade_closed to a new refund of a trade that was refunded whole': async (harness) => {
    const { payNo } = await paidTrade(harness)
    await harness.gateway.refund(sampleRefundInstruction())
    const next = sampleRefundInstruction({ amount: fen(1), outRequestNo: sampleId(202) })
    equal((await harness.gateway.refund(next)).kind, 'trade_closed', 'the refund of a refunded trade')
    ensure(isAccepted(await harness.gateway.refund(sampleRefundInstruction())), 'The known refund is taken again.')
    equal((await harness.moneyOf(payNo)).refunded, sampleRefundInstruction().amount, 'the money refunded')
  },

  'knows a refund that was made in the gateway’s console': async (harness) => {
    const { payNo } = await paidTrade(harness)
    await harness.refundInConsole(payNo, fen(100), 'by-hand')
    await harness.advance(REFUND_QUERY_CERTAIN_AFTER_MS)
    const answer = await harness.gateway.queryRefund(payNo, 'by-hand')
    equal(answer.kind === 'succeeded' ? answer.amount : answer.kind, fen(100))
  },

  'reports nothing of a refund that it did not get': async (harness) => {
    const { payNo } = await paidTrade(harness)
    await harness.gateway.refund(sampleRefundInstruction({ amount: fen(100) }))
    equal((await harness.gateway.queryRefund(payNo, sampleId(202))).kind, 'absent')
    equal((await harness.gateway.queryRefund(UNKNOWN_PAY_NO, sampleId(201))).kind, 'absent')
  },

  'does not call a refund succeeded before its money moves': async (harness) => {
    const { payNo, attempt } = await paidTrade(harness)
    await harness.holdRefunds()
    equal((await harness.gateway.refund(sampleRefundInstruction())).kind, 'accepted')
    equal((await harness.gateway.queryRefund(payNo, sampleRefundInstruction().outRequestNo)).kind, 'absent')
    await harness.releaseRefunds()
    equal(await refundedAmountOf(harness, payNo), attempt.totalPrice, 'the amount refunded under this number')
  },
})
