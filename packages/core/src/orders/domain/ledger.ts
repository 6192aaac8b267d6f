import type { PayNo } from '../../shared/identifiers.js'
import type { Fen } from '../../shared/money.js'
import type { EpochMs } from '../../shared/ports/clock.js'
import type { PayStatus } from '../../shared/status-codes.js'
import type { Payment } from './payment.js'
import type { Refund } from './refund.js'

/** One attempt to pay in our ledger, with what a bill can be compared to. */
export interface LedgerPayment {
  readonly payNo: PayNo
  readonly totalPrice: Fen
  readonly status: PayStatus
  /** The gateway's number; null until money came. */
  readonly outPayNo: string | null
  /** When money came; null until then. */
  readonly paySuccessTime: EpochMs | null
}

/** The same of one refund. Its money moved between `createDate` and `finishDate`. */
export type LedgerRefund = Pick<Refund, 'payNo' | 'outRequestNo' | 'amount' | 'status' | 'createDate' | 'finishDate'>

export const ledgerPaymentOf = (payment: Payment): LedgerPayment => {
  const { payNo, totalPrice, status, outPayNo, paySuccessTime } = payment
  return { payNo, totalPrice, status, outPayNo, paySuccessTime }
}

export const ledgerRefundOf = (refund: Refund): LedgerRefund => {
  const { payNo, outRequestNo, amount, status, createDate, finishDate } = refund
  return { payNo, outRequestNo, amount, status, createDate, finishDate }
}
