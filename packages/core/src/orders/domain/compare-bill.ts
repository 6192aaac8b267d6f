import { type BeijingDay, spanOfDay } from '../../shared/beijing-day.js'
import { isSnowflake, type PayNo } from '../../shared/identifiers.js'
import { type Fen, fen } from '../../shared/money.js'
import type { BillDifference, BillDifferenceKind, BillPayment, BillRefund, BillRow } from './bill.js'
import { type LedgerPayment, type LedgerRefund, refundKey } from './ledger.js'
import { type MissingInBills, type MissingInBillsFacts, missingInBills } from './missing-in-bills.js'
import { externalRemainderRefundNo } from './refund.js'

/** `payments` and `refunds`: those of the day, those around its midnights, and all that the day's bill names. */
export interface BillComparisonFacts extends MissingInBillsFacts {
  readonly day: BeijingDay
}

export interface BillComparison extends Omit<MissingInBills, 'missing'> {
  readonly differences: readonly BillDifference[]
  /** Of another shop on the same account: their numbers are none of ours. */
  readonly foreign: readonly BillRow[]
}

/**
 * Compares a day's bill with our ledger. Everything that the bill names is looked up by its number, whatever its time.
 */
export function compareBill(facts: BillComparisonFacts): BillComparison {
  const rows = facts.bills.get(facts.day)?.rows ?? []
  const isOwnNumber = (row: BillRow) => isSnowflake(row.outTradeNo)
  const rowDifferences = differencesOfRows(rows.filter(isOwnNumber), indexLedger(facts))
  const unread = differencesOfUnreadLines(facts)
  const unreadNumbers = new Set(unread.map(({ outTradeNo }) => outTradeNo))
  const { missing, carriedOver, alsoNeeded } = missingInBills(facts)
  return {
    differences: [
      ...rowDifferences,
      ...unread,
      ...differencesOfFees(facts),
      // What a line that is not understood may say is not missing.
      ...missing.filter(({ outTradeNo }) => !unreadNumbers.has(outTradeNo)),
    ],
    foreign: rows.filter((row) => !isOwnNumber(row)),
    carriedOver,
    alsoNeeded,
  }
}

function differencesOfUnreadLines({ day, bills, payments }: BillComparisonFacts): BillDifference[] {
  const { from } = spanOfDay(day)
  return (bills.get(day)?.unread ?? []).map(({ outTradeNo }) => ({
    kind: 'row_not_understood',
    outTradeNo,
    outRequestNo: null,
    billAmount: null,
    ledgerAmount: payments.find(({ payNo }) => payNo === outTradeNo)?.totalPrice ?? null,
    at: from,
  }))
}

/** The fees of the lines against what the gateway states for the day; lines that are not understood leave that open. */
function differencesOfFees({ day, bills }: BillComparisonFacts): BillDifference[] {
  const { rows = [], unread = [], statedServiceFee } = bills.get(day) ?? {}
  const sum = rows.reduce((total, { serviceFee }) => total + serviceFee, 0)
  // Whether a fee has a minus sign differs between the files.
  if (statedServiceFee === undefined || unread.length > 0 || Math.abs(statedServiceFee) === Math.abs(sum)) return []
  const [billAmount, ledgerAmount] = [fen(Math.abs(statedServiceFee)), fen(Math.abs(sum))]
  const { from } = spanOfDay(day)
  return [{ kind: 'service_fee_differs', outTradeNo: '', outRequestNo: null, billAmount, ledgerAmount, at: from }]
}

interface LedgerIndex {
  readonly payments: ReadonlyMap<string, LedgerPayment>
  readonly refunds: ReadonlyMap<string, LedgerRefund>
}

const indexLedger = ({ payments, refunds }: BillComparisonFacts): LedgerIndex => ({
  payments: new Map(payments.map((payment) => [payment.payNo, payment])),
  refunds: new Map(refunds.map((refund) => [refundKey(refund.payNo, refund.outRequestNo), refund])),
})

function differencesOfRows(rows: readonly BillRow[], ledger: LedgerIndex): BillDifference[] {
  const seen = new Set<string>()
  const remainders = new Map<string, number>()
  return rows.flatMap((row) => {
    if (row.kind === 'refund' && isCoveredByRemainder(row, ledger, remainders)) return []
    const difference = differenceOfRow(row, ledger, seen)
    return difference === null ? [] : [difference]
  })
}

/**
 * A closed trade was booked as one refund of what was left: it stands for refunds that we do not know by their numbers.
 */
function isCoveredByRemainder(row: BillRefund, { refunds }: LedgerIndex, used: Map<string, number>): boolean {
  const { outTradeNo, outRequestNo } = row
  const remainder = refunds.get(refundKey(outTradeNo, externalRemainderRefundNo(outTradeNo as PayNo)))
  if (remainder === undefined || refunds.has(refundKey(outTradeNo, outRequestNo))) return false
  const sum = (used.get(outTradeNo) ?? 0) + row.amount
  if (sum > remainder.amount) return false
  used.set(outTradeNo, sum)
  return true
}

function differenceOfRow(row: BillRow, ledger: LedgerIndex, seen: Set<string>): BillDifference | null {
  switch (row.kind) {
    case 'payment':
      return differenceOfBillPayment(row, ledger.payments.get(row.outTradeNo), seen)
    case 'refund':
      return differenceOfBillRefund(row, ledger.refunds.get(refundKey(row.outTradeNo, row.outRequestNo)))
    case 'other':
      return createRowDifference('row_of_unknown_kind', row, null)
  }
}

function differenceOfBillPayment(
  row: BillPayment,
  payment: LedgerPayment | undefined,
  seen: Set<string>,
): BillDifference | null {
  if (seen.has(row.outTradeNo)) return createRowDifference('paid_there_twice', row, payment?.totalPrice ?? null)
  seen.add(row.outTradeNo)
  if (payment === undefined) return createRowDifference('paid_there_unknown_here', row, null)
  if (payment.totalPrice !== row.amount) return createRowDifference('amount_differs', row, payment.totalPrice)
  return payment.paySuccessTime === null ? createRowDifference('paid_there_unpaid_here', row, payment.totalPrice) : null
}

function differenceOfBillRefund(row: BillRefund, refund: LedgerRefund | undefined): BillDifference | null {
  if (refund === undefined) return createRowDifference('refunded_there_unknown_here', row, null)
  if (refund.amount !== row.amount) return createRowDifference('refund_amount_differs', row, refund.amount)
  return refund.status === 'succeeded'
    ? null
    : createRowDifference('refunded_there_unfinished_here', row, refund.amount)
}

const createRowDifference = (kind: BillDifferenceKind, row: BillRow, ledgerAmount: Fen | null): BillDifference => ({
  kind,
  outTradeNo: row.outTradeNo,
  outRequestNo: row.kind === 'refund' ? row.outRequestNo : null,
  billAmount: row.amount,
  ledgerAmount,
  at: row.bookedAt,
})
