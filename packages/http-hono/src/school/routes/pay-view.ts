import { type EpochMs, LearnStatus, type Order, type Payment } from '@coursepay/core'
import { buyerPaymentStatus } from '@coursepay/core/ports'
import type { PayView } from '../texts/texts.js'

interface PaymentFacts {
  readonly order: Order
  readonly payment: Payment
  /** Null for what is no course. */
  readonly learnStatus: LearnStatus | null
  readonly now: EpochMs
}

/** What the page says: the status of the payment, and whether the course is open already. */
export function viewOf({ order, payment, learnStatus, now }: PaymentFacts): PayView {
  const status = buyerPaymentStatus(payment, order.status, now, order.refunds)
  return status === 'paid' && learnStatus === LearnStatus.notPaid ? 'activating' : status
}
