import type { OrderId, PayNo, RefundId } from '../../shared/identifiers.js'
import { addFen, type Fen, fen } from '../../shared/money.js'
import type { EpochMs } from '../../shared/ports/clock.js'
import type { Payment } from './payment.js'

/**
 * Why money goes back: a second payment, one after the order was closed, an operator's word, or Alipay's own console.
 */
export type RefundCause = 'surplus' | 'late' | 'operator' | 'external'

/** `pending` also while the outcome of a call is unknown; `failed` only on the gateway's definite no. */
export type RefundStatus = 'pending' | 'succeeded' | 'failed'

/**
 * Money to be refunded (table `refund`). Its number is stored before the gateway is called; every try uses the same
 * one.
 */
export interface Refund {
  readonly id: RefundId
  /** Idempotency key at the gateway (Alipay's `out_request_no`). */
  readonly outRequestNo: string
  readonly orderId: OrderId
  readonly payNo: PayNo
  readonly amount: Fen
  readonly reason: string
  readonly cause: RefundCause
  readonly status: RefundStatus
  readonly createDate: EpochMs
  readonly finishDate: EpochMs | null
}

/** A refund that is to be sent to the gateway. A member that not every refund has gets its default here. */
export const newPendingRefund = (facts: Omit<Refund, 'status' | 'finishDate'>): Refund => ({
  ...facts,
  status: 'pending',
  finishDate: null,
})

/** What an operator asks for. `amount` in fen, null: all that is left; `outRequestNo` null: a new number. */
export interface RefundRequest {
  readonly amount: Fen | null
  readonly reason: string
  readonly outRequestNo: string | null
}

/**
 * The number of what is left of a payment whose trade the gateway closed after refunds made elsewhere. The gateway
 * knows those refunds by numbers of its own.
 */
export const externalRemainderRefundNo = (payNo: PayNo): string => `${payNo}-external`

const PLACEHOLDER_REFUND_NO_PREFIX = '?'

/**
 * Stands in the schedule for a refund whose number is not known. The sum that was refunded until then is part of it, so
 * that the entry of a later notification does not hide behind that of an earlier one.
 */
export const placeholderRefundNoFromSum = (refunded: Fen): string => PLACEHOLDER_REFUND_NO_PREFIX + refunded

/** What every store keeps as a key. A refund that was made elsewhere may have any number. */
const REFUND_NO_PATTERN = /^[\x21-\x7e]{1,64}$/

/** By what the schedule knows a refund that was made elsewhere: a placeholder for a number that no store keeps. */
export const externalRefundNoOrPlaceholder = (named: string | null, refunded: Fen): string =>
  named !== null && REFUND_NO_PATTERN.test(named) ? named : placeholderRefundNoFromSum(refunded)

/** Builds before wrote an empty number. */
export const isPlaceholderRefundNo = (outRequestNo: string): boolean =>
  outRequestNo === '' || outRequestNo.startsWith(PLACEHOLDER_REFUND_NO_PREFIX)

const addRefundAmounts = (refunds: readonly Refund[]): Fen => addFen(...refunds.map(({ amount }) => amount))

export const refundsOf = (payment: Payment, refunds: readonly Refund[]): Refund[] =>
  refunds.filter(({ payNo }) => payNo === payment.payNo)

/** What was refunded of a payment, in fen. */
export const refundedAmount = (payment: Payment, refunds: readonly Refund[]): Fen =>
  addRefundAmounts(refundsOf(payment, refunds).filter(({ status }) => status === 'succeeded'))

/**
 * What may still be refunded of a payment, in fen: what was paid, less all refunds that did not fail. A refund made
 * elsewhere may overlap a pending one of ours: then nothing is left.
 */
export function refundableAmount(payment: Payment, refunds: readonly Refund[]): Fen {
  const reserved = addRefundAmounts(refundsOf(payment, refunds).filter(({ status }) => status !== 'failed'))
  return fen(Math.max(0, payment.totalPrice - reserved))
}

/** True when succeeded refunds cover all of a payment. */
export const isFullyRefunded = (payment: Payment, refunds: readonly Refund[]): boolean =>
  refundedAmount(payment, refunds) === payment.totalPrice
