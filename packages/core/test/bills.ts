import type { Bill, BillPayment, BillRefund, BillRow } from '../src/orders/domain/bill.js'
import { compareBill } from '../src/orders/domain/compare-bill.js'
import type { LedgerPayment, LedgerRefund } from '../src/orders/domain/ledger.js'
import { type BeijingDay, readBeijingDay, spanOfDay } from '../src/shared/beijing-day.js'
import { payNo } from '../src/shared/identifiers.js'
import { fen } from '../src/shared/money.js'
import { PayStatus } from '../src/shared/status-codes.js'

export const day = readBeijingDay('2026-11-22')
export const dayBefore = readBeijingDay('2026-11-21')
export const dayAfter = readBeijingDay('2026-11-23')
export const { from, to } = spanOfDay(day)
export const NOON = from + 12 * 3_600_000
export const MINUTE = 60_000
export const ourNumber = payNo('7123456789012345101')

export const billedPayment = (changes: Partial<BillPayment> = {}): BillPayment => ({
  kind: 'payment',
  tradeNo: '2026112222001400000000000001',
  outTradeNo: ourNumber,
  amount: fen(9_900),
  bookedAt: NOON,
  serviceFee: -59,
  body: Uint8Array.of(1),
  ...changes,
})

export const billedRefund = (changes: Partial<BillRefund> = {}): BillRefund => ({
  ...billedPayment(),
  kind: 'refund',
  outRequestNo: 'R1',
  ...changes,
})

export const ledgerPayment = (changes: Partial<LedgerPayment> = {}): LedgerPayment => ({
  payNo: ourNumber,
  totalPrice: fen(9_900),
  status: PayStatus.paid,
  outPayNo: '2026112222001400000000000001',
  paySuccessTime: NOON,
  ...changes,
})

export const unpaidLedgerPayment = ledgerPayment({ status: PayStatus.unpaid, outPayNo: null, paySuccessTime: null })

export const ledgerRefund = (changes: Partial<LedgerRefund> = {}): LedgerRefund => ({
  payNo: ourNumber,
  outRequestNo: 'R1',
  amount: fen(9_900),
  status: 'succeeded',
  createDate: NOON,
  finishDate: NOON + 1,
  ...changes,
})

export const billOf = (of: BeijingDay, rows: readonly BillRow[]): Bill => ({ day: of, sellerId: null, rows })

export interface Given {
  readonly rows?: readonly BillRow[]
  readonly payments?: readonly LedgerPayment[]
  readonly refunds?: readonly LedgerRefund[]
  /** What the day's bill says beside its rows. */
  readonly beside?: Partial<Bill>
  /** Bills of other days; null for one that is not there yet. */
  readonly others?: Readonly<Record<string, readonly BillRow[] | null>>
}

export function comparisonOf({ rows = [], payments = [], refunds = [], others = {}, beside = {} }: Given) {
  const neighbours = Object.entries(others).map(
    ([name, otherRows]) => [name as BeijingDay, otherRows && billOf(name as BeijingDay, otherRows)] as const,
  )
  const bills = new Map<BeijingDay, Bill | null>([[day, { ...billOf(day, rows), ...beside }], ...neighbours])
  return compareBill({ day, bills, payments, refunds, due: { from: from - 10 * MINUTE, to } })
}

export function compare(given: Given) {
  const comparison = comparisonOf(given)
  return {
    ...comparison,
    differences: comparison.differences.map((difference) => difference.kind),
    carriedOver: comparison.carriedOver.map((difference) => difference.kind),
    foreign: comparison.foreign.length,
  }
}

export const nothing = { differences: [], carriedOver: [], foreign: 0, alsoNeeded: [] }
