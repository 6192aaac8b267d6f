import { CheckoutError } from '../../shared/checkout-error.js'
import type { Fen } from '../../shared/money.js'
import type { EpochMs } from '../../shared/ports/clock.js'
import type { Payment } from './payment.js'

/** Who we are at the gateway. */
export interface Merchant {
  /** Written into `outPayChannel`: `Alipay`. */
  readonly channel: string
  readonly appId: string
  readonly sellerId: string
}

/**
 * State of a trade at the gateway (Alipay's trade_status): WAIT_BUYER_PAY, TRADE_SUCCESS, TRADE_FINISHED, TRADE_CLOSED;
 * `unknown` is any word that we do not know, and changes nothing.
 */
export type TradeStatus = 'waiting' | 'paid' | 'finished' | 'closed' | 'unknown'

/** What the gateway answered. `no_trade`: nobody opened the cashier; `unknown` also when it gave no clear answer. */
export type QueriedTradeStatus = TradeStatus | 'no_trade'

/** Where a proof came from. All three are held to the same gate. */
export type EvidenceSource = 'notify' | 'query' | 'bill'

/** What the gateway says of one trade, its signature already verified. */
export interface PaymentEvidence {
  readonly source: EvidenceSource
  readonly appId: string
  /** Null where the gateway does not name the seller (answer of a query): the signature and the question bind it. */
  readonly sellerId: string | null
  /** Our number of the attempt, as the gateway repeats it. */
  readonly outTradeNo: string
  /** The gateway's number. */
  readonly tradeNo: string
  readonly tradeStatus: TradeStatus
  readonly totalAmount: Fen
  readonly paidAt: EpochMs | null
  /** Refunded so far, in fen. A refund's notification says TRADE_SUCCESS too, and is not a payment. */
  readonly refundedAmount: Fen
  /** The refund number that a refund's notification names (Alipay's `out_biz_no`); null where none is named. */
  readonly refundRequestNo: string | null
}

export type EvidenceRefusal = 'foreign_app' | 'foreign_seller' | 'unknown_out_trade_no' | 'wrong_amount'

/**
 * The one gate for every proof of payment (Alipay's rules for an asynchronous notification: app_id, seller_id,
 * out_trade_no and total_amount must be ours). The signature was verified before. Null lets it pass.
 */
export function evidenceRefusalOf(
  evidence: PaymentEvidence,
  merchant: Merchant,
  payment: Payment | null,
): EvidenceRefusal | null {
  if (evidence.appId !== merchant.appId) return 'foreign_app'
  if (evidence.sellerId !== null && evidence.sellerId !== merchant.sellerId) return 'foreign_seller'
  if (payment === null || payment.payNo !== evidence.outTradeNo) return 'unknown_out_trade_no'
  if (payment.totalPrice !== evidence.totalAmount) return 'wrong_amount'
  return null
}

/** Reads a late-payment policy from a setting. Throws `invalid_request`. */
export function readLatePaymentPolicy(value: string): LatePaymentPolicy {
  if (value === 'fulfil' || value === 'refund' || value === 'hold') return value
  throw new CheckoutError('invalid_request', 'The policy for late payments must be fulfil, refund or hold.')
}

/** What happens to money that comes after its order was closed. */
export type LatePaymentPolicy = 'fulfil' | 'refund' | 'hold'
