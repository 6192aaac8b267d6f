import type { EpochMs } from '../../shared/ports/clock.js'
import { OrderStatus, PayStatus } from '../../shared/status-codes.js'
import type { PayRecord } from './pay-record.js'

/**
 * What a buyer is told about one attempt. `open`: it may be paid; `expired`: its time is over, and money may still be on its way;
 * `returning`: its money goes back, since the order was paid already or closed; `held`: an operator decides about it.
 */
export type PaymentNews = 'open' | 'expired' | 'closed' | 'paid' | 'returning' | 'held' | 'refunded'

/** Another attempt may have paid the order; this one's money may be on its way back. */
export function paymentNews(
  payRecord: Pick<PayRecord, 'status' | 'receipt' | 'expireDate'>,
  orderStatus: OrderStatus,
  now: EpochMs,
): PaymentNews {
  if (payRecord.receipt === 'held') return 'held'
  if (payRecord.status === PayStatus.paid && payRecord.receipt !== 'booked') return 'returning'
  if (payRecord.status === PayStatus.refunded || orderStatus === OrderStatus.refunded) return 'refunded'
  if (orderStatus === OrderStatus.paid) return 'paid'
  if (orderStatus === OrderStatus.closed || payRecord.status === PayStatus.closed) return 'closed'
  return now >= payRecord.expireDate ? 'expired' : 'open'
}
