import { type EpochMs, LearnStatus, type Order, type PayRecord, paymentNews } from '@coursepay/core'
import type { PayView } from '../texts/texts.js'

interface PaymentFacts {
  readonly order: Order
  readonly payRecord: PayRecord
  /** Null for what is no course. */
  readonly learnStatus: LearnStatus | null
  readonly now: EpochMs
}

/** What the page says: the news of the payment, and whether the course is open already. */
export function viewOf({ order, payRecord, learnStatus, now }: PaymentFacts): PayView {
  const news = paymentNews(payRecord, order.status, now)
  return news === 'paid' && learnStatus === LearnStatus.notPaid ? 'activating' : news
}
