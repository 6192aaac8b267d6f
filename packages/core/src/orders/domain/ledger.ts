import type { Payment } from './payment.js'
import type { Refund } from './refund.js'

/** One attempt to pay in our ledger, with what a bill can be compared to. */
export type LedgerPayment = Pick<Payment, 'payNo' | 'totalPrice' | 'status' | 'outPayNo' | 'paySuccessTime'>

/** The same of one refund. Its money moved between `createDate` and `finishDate`. */
export type LedgerRefund = Pick<Refund, 'payNo' | 'outRequestNo' | 'amount' | 'status' | 'createDate' | 'finishDate'>

/** Names a refund in bills and in our ledger. */
export const refundKey = (outTradeNo: string, outRequestNo: string): string => `${outTradeNo} ${outRequestNo}`
