import { CheckoutError } from '../../shared/checkout-error.js'
import type { OrderId, PayNo, PayToken, UserId } from '../../shared/identifiers.js'
import type { Fen } from '../../shared/money.js'
import type { EpochMs } from '../../shared/ports/clock.js'
import { OrderStatus, PayStatus } from '../../shared/status-codes.js'
import type { Order } from './order.js'

/**
 * What became of money that came for an attempt: it paid the order (`booked`), the order was paid already (`surplus`), or it
 * came after the order was closed and goes back (`late`) or waits for an operator (`held`).
 */
export type Receipt = 'booked' | 'surplus' | 'late' | 'held'

/** Where the gateway is to answer; frozen with the attempt, so that a changed setting never changes what was signed. */
export interface PayAddresses {
  readonly notifyUrl: string
  /** Where the buyer's browser goes afterwards; null for nowhere. It never changes a state. */
  readonly returnUrl: string | null
}

/** What stands for the attempt's token in the address that buyers come back to. */
const TOKEN_PLACE = '{token}'

/**
 * One attempt to pay an order. Each has its own number, since Alipay refuses a used `out_trade_no`; all that is signed
 * (number, amount, subject, expiry, addresses) is frozen when it is made.
 */
export interface PayRecord extends PayAddresses {
  readonly payNo: PayNo
  readonly orderId: OrderId
  readonly userId: UserId
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
  readonly receipt: Receipt | null
}

export function newPayRecord(facts: {
  readonly payNo: PayNo
  readonly token: PayToken
  readonly order: Order
  readonly addresses: PayAddresses
  readonly now: EpochMs
}): PayRecord {
  const { payNo, token, order, addresses, now } = facts
  return {
    payNo,
    token,
    orderId: order.id,
    userId: order.userId,
    orderName: order.orderName,
    totalPrice: order.totalPrice,
    status: PayStatus.unpaid,
    createDate: now,
    expireDate: order.expireDate,
    notifyUrl: addresses.notifyUrl,
    returnUrl: addresses.returnUrl?.replaceAll(TOKEN_PLACE, token) ?? null,
    outPayNo: null,
    outPayChannel: null,
    paySuccessTime: null,
    receipt: null,
  }
}

/** Throws the reason why nobody should pay this attempt any more; quiet when it may be paid. */
export function checkPayable(payRecord: PayRecord, order: Order, now: EpochMs): void {
  if (payRecord.status === PayStatus.refunded || order.status === OrderStatus.refunded) {
    throw new CheckoutError('order_already_refunded', 'This order was paid and refunded.')
  }
  if (payRecord.status === PayStatus.paid || order.status === OrderStatus.paid) {
    throw new CheckoutError('order_already_paid', 'This order is paid already. There is no need to pay again.')
  }
  if (now >= payRecord.expireDate) {
    throw new CheckoutError('pay_record_expired', 'This code has run out. Ask for a new one.')
  }
  if (payRecord.status === PayStatus.closed || order.status === OrderStatus.closed) {
    throw new CheckoutError('order_closed', 'This order is closed.')
  }
}
