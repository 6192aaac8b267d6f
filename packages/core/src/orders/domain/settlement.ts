import { OrderStatus, PayStatus } from '../../shared/status-codes.js'
import type { Order } from './order.js'
import type { PayRecord } from './pay-record.js'
import type { LatePaymentPolicy, PaymentEvidence } from './payment-evidence.js'

/**
 * What one proof changes. `booked` pays the order and tells everyone; `surplus` and `late` keep the money on record and open
 * a refund; `held` keeps it for an operator; `attempt_closed` ends an unpaid attempt; `unchanged` says why nothing happens.
 */
export type Settlement =
  | { readonly kind: 'booked' }
  | { readonly kind: 'surplus' }
  | { readonly kind: 'late' }
  | { readonly kind: 'held' }
  | { readonly kind: 'attempt_closed' }
  | {
      readonly kind: 'unchanged'
      readonly why: 'already_settled' | 'not_paid_yet' | 'refund_notice' | 'unknown_status'
    }

/** The facts of a decision. The evidence has passed the gate. */
export interface SettlementFacts {
  readonly order: Order
  readonly payRecord: PayRecord
  readonly evidence: PaymentEvidence
  readonly latePolicy: LatePaymentPolicy
}

/** Decides what a proof of payment means. Here, and nowhere else, a payment is settled. */
export function settle(facts: SettlementFacts): Settlement {
  const { evidence, payRecord } = facts
  switch (evidence.tradeStatus) {
    case 'paid':
    case 'finished':
      return settleMoney(facts)
    case 'closed':
      return payRecord.status === PayStatus.unpaid ? { kind: 'attempt_closed' } : unchanged('already_settled')
    case 'waiting':
      return unchanged('not_paid_yet')
    case 'unknown':
      return unchanged('unknown_status')
  }
}

function settleMoney({ order, payRecord, evidence, latePolicy }: SettlementFacts): Settlement {
  if (payRecord.status === PayStatus.paid || payRecord.status === PayStatus.refunded)
    return unchanged('already_settled')
  // The payment's own notify may be lost, but then a query books it; a refund's notify never does.
  if (evidence.refundedAmount > 0) return unchanged('refund_notice')
  switch (order.status) {
    case OrderStatus.unpaid:
      return { kind: 'booked' }
    case OrderStatus.paid:
    case OrderStatus.refunded:
      return { kind: 'surplus' }
    case OrderStatus.closed:
      return settleLate(latePolicy)
  }
}

function settleLate(policy: LatePaymentPolicy): Settlement {
  switch (policy) {
    case 'fulfil':
      return { kind: 'booked' }
    case 'refund':
      return { kind: 'late' }
    case 'hold':
      return { kind: 'held' }
  }
}

const unchanged = (why: (Settlement & { kind: 'unchanged' })['why']): Settlement => ({ kind: 'unchanged', why })
