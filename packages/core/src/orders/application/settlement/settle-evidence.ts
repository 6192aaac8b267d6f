import { isSnowflake, type OrderId, payNo } from '../../../shared/identifiers.js'
import type { OperatorAction } from '../../../shared/operator-action.js'
import { findPayment, type Order } from '../../domain/order.js'
import {
  type EvidenceRefusal,
  evidenceRefusalOf,
  type PaymentEvidence,
  type TradeStatus,
} from '../../domain/payment-evidence.js'
import { externalRefundNoOrPlaceholder, type Refund } from '../../domain/refund.js'
import { settlePayment } from '../../domain/settle-payment.js'
import type { ScheduleEntry } from '../../ports/poll-schedule.js'
import { drawDecisionFacts, type OrderDecision, type UseCaseDependencies } from '../update-order.js'

/**
 * Alipay answers a refund query for certain only 10 s after the refund; until then nobody asks about it again. The
 * lease begins before the two calls, which may take 6 s each.
 */
export const REFUND_PROCESSING_LEASE_MS = 25_000

/** What one proof came to. A refusal changed nothing. */
export interface SettlementSummary {
  readonly accepted: boolean
  /** For the journal, the log and the metrics: `booked`, `wrong_amount`, `already_settled` … */
  readonly verdict: string
  readonly orderId?: OrderId | undefined
}

export type SettleEvidence = (
  evidence: PaymentEvidence,
  body: Uint8Array,
  action?: OperatorAction,
) => Promise<SettlementSummary>

type SettleEvidenceDependencies = Pick<UseCaseDependencies, 'store' | 'updateOrder' | 'gateway' | 'clock' | 'ids'> & {
  readonly settings: Pick<UseCaseDependencies['settings'], 'latePolicy'>
}

/**
 * Takes a proof of payment whose signature is verified: the gate, the decision, and one commit with order, message,
 * refund, journal and the operator's action that led to it.
 */
export function settleEvidence(dependencies: SettleEvidenceDependencies): SettleEvidence {
  const { store, updateOrder, gateway, ids, settings } = dependencies
  const { merchant } = gateway
  return async (evidence, body, action) => {
    const [id, drawn] = await Promise.all([ids.nextId(), drawDecisionFacts(dependencies)])
    const { now } = drawn
    const { source, outTradeNo } = evidence
    const entry = { id, source, receivedAt: now, outTradeNo, body }
    const unknown = evidenceRefusalOf(evidence, merchant, null) ?? 'unknown_out_trade_no'
    if (!isSnowflake(outTradeNo)) {
      await store.journal.append({ ...entry, verdict: unknown })
      return { accepted: false, verdict: unknown }
    }
    const facts = { ...settings, ...drawn, channel: merchant.channel }
    const explained = (detail: TradeStatus) => (action === undefined ? [] : [{ ...action, detail }])
    const refuse = (order: Order | null, verdict: EvidenceRefusal) => {
      const result = { accepted: false, verdict, orderId: order?.id }
      return { after: order, journal: [{ ...entry, verdict }], actions: explained('unknown'), result }
    }
    return updateOrder({ payNo: payNo(outTradeNo) }, (order): OrderDecision<SettlementSummary> => {
      if (order === null) return refuse(order, unknown)
      const refusal = evidenceRefusalOf(evidence, merchant, findPayment(order, payNo(outTradeNo)))
      if (refusal !== null) return refuse(order, refusal)
      const { order: after, verdict, messages } = settlePayment(order, evidence, facts)
      const schedule = newlyPendingRefundEntries(order, after, now)
      if (verdict === 'refund_notice')
        schedule.push(reportedRefundScheduleEntry(evidence, now + REFUND_PROCESSING_LEASE_MS))
      const result = { accepted: true, verdict, orderId: after.id }
      return {
        after,
        messages,
        journal: [{ ...entry, verdict }],
        schedule,
        actions: explained(evidence.tradeStatus),
        result,
      }
    })
  }
}

/** Those of these refunds that are pending, as entries of the schedule. */
export const pendingRefundScheduleEntries = (refunds: readonly Refund[], dueAt: number): ScheduleEntry[] =>
  refunds
    .filter(({ status }) => status === 'pending')
    .map(({ payNo: number, outRequestNo }) => ({ purpose: 'refund', payNo: number, outRequestNo, dueAt }))

/** The refunds that a decision opened. */
export function newlyPendingRefundEntries(before: Order, after: Order, dueAt: number): ScheduleEntry[] {
  const wasPending = new Set(before.refunds.filter(({ status }) => status === 'pending').map(({ id }) => id))
  return pendingRefundScheduleEntries(
    after.refunds.filter(({ id }) => !wasPending.has(id)),
    dueAt,
  )
}

/**
 * A refund that the gateway reports. A query confirms it before anything changes: at once, and once more by this
 * entry, when the gateway knows the refund for certain.
 */
export const reportedRefundScheduleEntry = (evidence: PaymentEvidence, dueAt: number): ScheduleEntry => ({
  purpose: 'refund',
  payNo: payNo(evidence.outTradeNo),
  outRequestNo: externalRefundNoOrPlaceholder(evidence.refundRequestNo, evidence.refundedAmount),
  dueAt,
})
