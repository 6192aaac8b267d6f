import type { EpochMs } from '../../shared/ports/clock.js'
import { OrderStatus, PayStatus } from '../../shared/status-codes.js'
import type { Payment } from './payment.js'
import type { Refund } from './refund.js'

/**
 * What a buyer reads about one payment. `open`: it may be paid; `expired`: its time is over, and money may still be on
 * its way; `refunding`: money came and is refunded, since the order was paid already or closed; `refund_failed`: that
 * refund failed; `held`: an operator decides.
 */
export type BuyerPaymentStatus =
  | 'open'
  | 'expired'
  | 'closed'
  | 'paid'
  | 'refunding'
  | 'refund_failed'
  | 'held'
  | 'refunded'

/** Another payment may have paid the order while this one's money is refunded. */
export function buyerPaymentStatus(
  payment: Pick<Payment, 'payNo' | 'status' | 'receipt' | 'expireDate'>,
  orderStatus: OrderStatus,
  now: EpochMs,
  refunds: readonly Pick<Refund, 'payNo' | 'status'>[] = [],
): BuyerPaymentStatus {
  if (payment.status === PayStatus.paid && payment.receipt === 'held') return 'held'
  if (payment.status === PayStatus.paid && payment.receipt !== 'booked') {
    const own = refunds.filter(({ payNo }) => payNo === payment.payNo)
    return own.length > 0 && own.every(({ status }) => status === 'failed') ? 'refund_failed' : 'refunding'
  }
  if (payment.status === PayStatus.refunded || orderStatus === OrderStatus.refunded) return 'refunded'
  if (orderStatus === OrderStatus.paid) return 'paid'
  if (orderStatus === OrderStatus.closed || payment.status === PayStatus.closed) return 'closed'
  return now >= payment.expireDate ? 'expired' : 'open'
}
