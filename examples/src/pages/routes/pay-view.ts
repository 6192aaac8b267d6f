import { type EpochMs, LearnStatus, type Order, OrderStatus, type PayRecord, PayStatus } from '@coursepay/core'
import type { PayView } from '../texts/texts.js'

interface PaymentFacts {
  readonly order: Order
  readonly payRecord: PayRecord
  /** Null for what is no course. */
  readonly learnStatus: LearnStatus | null
  readonly now: EpochMs
}

/** What a buyer is told about one attempt. Another attempt may have paid the order; this one's money may be on its way back. */
export function viewOf({ order, payRecord, learnStatus, now }: PaymentFacts): PayView {
  if (payRecord.receipt === 'held') return 'held'
  if (payRecord.status === PayStatus.paid && payRecord.receipt !== 'booked') return 'returning'
  if (payRecord.status === PayStatus.refunded || order.status === OrderStatus.refunded) return 'refunded'
  if (order.status === OrderStatus.paid) return learnStatus === LearnStatus.notPaid ? 'activating' : 'paid'
  if (order.status === OrderStatus.closed || payRecord.status === PayStatus.closed) return 'closed'
  return now >= payRecord.expireDate ? 'expired' : 'open'
}
