import { CheckoutError } from '../../shared/checkout-error.js'
import type { OrderId, PayNo, PayToken, UserId } from '../../shared/identifiers.js'
import type { Fen } from '../../shared/money.js'
import type { EpochMs } from '../../shared/ports/clock.js'
import { OrderStatus, PayStatus } from '../../shared/status-codes.js'

/**
 * What became of money that came for a payment: it paid the order (`booked`), the order was paid already (`surplus`),
 * or it came after the order was closed and is refunded (`late`) or waits for an operator (`held`).
 */
export type ReceivedMoneyOutcome = 'booked' | 'surplus' | 'late' | 'held'

/** Where the gateway answers; frozen with the payment, so that a changed setting never changes what was signed. */
export interface CallbackUrls {
  readonly notifyUrl: string
  /** Where the buyer's browser goes afterwards; null for nowhere. It never changes a state. */
  readonly returnUrl: string | null
}

/**
 * One attempt to pay an order (table `xc_pay_record`). Each has its own number, since Alipay refuses a used
 * `out_trade_no`; all that is signed (number, amount, subject, expiry, addresses) is frozen when it is made.
 */
export interface Payment extends CallbackUrls {
  readonly payNo: PayNo
  readonly orderId: OrderId
  readonly userId: UserId
  /** Shown to the buyer (Alipay's `subject`). */
  readonly orderName: string
  readonly totalPrice: Fen
  readonly status: PayStatus
  readonly createDate: EpochMs
  readonly expireDate: EpochMs
  readonly token: PayToken
  /** The gateway's own trade number, once known. */
  readonly outPayNo: string | null
  readonly outPayChannel: string | null
  readonly paySuccessTime: EpochMs | null
  readonly receipt: ReceivedMoneyOutcome | null
}

/** It may still be paid at the gateway, as far as we know. */
export const isUnpaid = (payment: Payment): boolean => payment.status === PayStatus.unpaid

/** Throws the reason why nobody should pay this payment any more; quiet when it may be paid. */
export function checkPayable(payment: Payment, orderStatus: OrderStatus, now: EpochMs): void {
  if (payment.status === PayStatus.refunded || orderStatus === OrderStatus.refunded) {
    throw new CheckoutError('order_already_refunded', 'This order was paid and refunded. Choose again to buy again.')
  }
  if (payment.status === PayStatus.paid || orderStatus === OrderStatus.paid) {
    throw new CheckoutError('order_already_paid', 'This order is paid already. There is no need to pay again.')
  }
  if (now >= payment.expireDate) {
    throw new CheckoutError('pay_record_expired', 'This payment code has expired. Request a new one.')
  }
  if (payment.status === PayStatus.closed || orderStatus === OrderStatus.closed) {
    throw new CheckoutError('order_closed', 'This order is closed. Request a new payment code.')
  }
}
