import type { BeijingDay, TimeSpan } from '../../shared/beijing-day.js'
import type { Fen } from '../../shared/money.js'
import type { BillDifference, BillRow } from './bill.js'
import type { LedgerPayment, LedgerRefund } from './ledger.js'

/** A sum in fen; of many payments, so it may be above the largest single one. */
export interface Tally {
  readonly count: number
  readonly sum: number
}

export interface PaymentAndRefundTally {
  readonly payments: Tally
  readonly refunds: Tally
}

/**
 * A payment that the bill proved and that is booked now; `verdict` as in the journal: `booked`, `late`, `surplus`,
 * `held`.
 */
export interface PaymentSettledFromBill {
  readonly outTradeNo: string
  readonly amount: Fen
  readonly verdict: string
}

/** What a reconciliation of one day found, did, and left. */
export interface BillReport {
  readonly day: BeijingDay
  /** What the bill says of ours, and what it charges for it, in fen (negative: paid by us). */
  readonly billTotals: PaymentAndRefundTally & { readonly serviceFee: number }
  /** The totals of our ledger for the same day, after the repairs. */
  readonly ledgerTotals: PaymentAndRefundTally
  /** In the bill, and none of ours: another shop on the same account. */
  readonly foreign: PaymentAndRefundTally
  readonly repaired: readonly PaymentSettledFromBill[]
  /** What does not fit even now. */
  readonly differences: readonly BillDifference[]
  /** Around midnight, and to be found in a bill that is not there yet: the next day's run looks for it. */
  readonly carriedOver: readonly BillDifference[]
}

export const tallyBillRowsByKind = (rows: readonly BillRow[]): PaymentAndRefundTally => ({
  payments: tallyOfAmounts(rows.filter((row) => row.kind === 'payment').map((row) => row.amount)),
  refunds: tallyOfAmounts(rows.filter((row) => row.kind === 'refund').map((row) => row.amount)),
})

export function tallyLedgerByKind(
  payments: readonly LedgerPayment[],
  refunds: readonly LedgerRefund[],
  { from, to }: TimeSpan,
): PaymentAndRefundTally {
  const isInPeriod = (at: number | null) => at !== null && at >= from && at < to
  const ended = refunds.filter(({ status, finishDate }) => status === 'succeeded' && isInPeriod(finishDate))
  return {
    payments: tallyOfAmounts(
      payments.filter((payment) => isInPeriod(payment.paySuccessTime)).map((payment) => payment.totalPrice),
    ),
    refunds: tallyOfAmounts(ended.map((refund) => refund.amount)),
  }
}

const tallyOfAmounts = (amounts: readonly Fen[]): Tally => ({
  count: amounts.length,
  sum: amounts.reduce((sum: number, amount) => sum + amount, 0),
})
