import { type BeijingDay, spanOfDay, type TimeSpan } from '../../../shared/beijing-day.js'
import { CheckoutError } from '../../../shared/checkout-error.js'
import { isSnowflake, type PayNo } from '../../../shared/identifiers.js'
import { fen } from '../../../shared/money.js'
import type { Bill } from '../../domain/bill.js'
import {
  type BillReport,
  type PaymentSettledFromBill,
  tallyBillRowsByKind,
  tallyLedgerByKind,
} from '../../domain/bill-report.js'
import { type BillComparison, compareBill } from '../../domain/compare-bill.js'
import { MIDNIGHT_MARGIN_MS } from '../../domain/missing-in-bills.js'
import { placeholderRefundNoFromSum } from '../../domain/refund.js'
import { billPaymentsToBook, evidenceOfBillPayment } from '../../domain/repair-by-bill.js'
import type { BillSource } from '../../ports/bill-source.js'
import type { OrderDependencies } from '../order-dependencies.js'
import type { ProcessRefund } from '../refunds/process-refund.js'
import type { SettleEvidence } from '../settlement/settle-evidence.js'
import { type LedgerSnapshot, readLedgerSnapshot } from './ledger-snapshot.js'

/** What a reconciliation works with beside the gate. */
export interface ReconciliationDependencies extends Pick<OrderDependencies, 'store' | 'gateway' | 'clock'> {
  readonly bills: BillSource
}

/** Progress, for an observer. */
export type ReconciliationProgress =
  | { readonly step: 'bill_read'; readonly day: BeijingDay; readonly rows: number }
  | { readonly step: 'ledger_read'; readonly entries: number }
  | { readonly step: 'repaired'; readonly done: number; readonly of: number }

export type ReconciliationAnswer =
  | { readonly kind: 'report'; readonly report: BillReport }
  | { readonly kind: 'no_bill_yet' }

/** Alipay makes a day's bill by 9 or 10 the next morning; after this there is none because there is nothing to bill. */
const BILL_READY_MS = 12 * 3_600_000

/**
 * Holds a day against the gateway's bill, books through the gate what was paid there and is unpaid here, and compares
 * again. Repeated call: what is settled is not offered to the gate again, so nothing changes. Concurrency: safe beside
 * a running server, for each booking is a settlement like any other. Throws `gateway_unknown`, `gateway_refused`,
 * `store_unavailable`; what was booked until then stays, and the next run continues from there.
 */
export function reconcileBill(
  dependencies: ReconciliationDependencies,
  settle: SettleEvidence,
  processRefund: ProcessRefund,
) {
  const { gateway } = dependencies
  const { ledger } = dependencies.store
  return async (
    day: BeijingDay,
    onProgress: (progress: ReconciliationProgress) => void = () => {},
  ): Promise<ReconciliationAnswer> => {
    const fetchBill = createBillFinder(dependencies, onProgress)
    const bill = await fetchBill(day)
    if (bill === null) return { kind: 'no_bill_yet' }

    const span = spanOfDay(day)
    const due = { from: span.from - MIDNIGHT_MARGIN_MS, to: span.to }
    const onRead = (entries: number) => onProgress({ step: 'ledger_read', entries })
    const bills = new Map<BeijingDay, Bill | null>([[day, bill]])
    const compare = async (snapshot: LedgerSnapshot): Promise<BillComparison> => {
      const facts = { day, due, bills, ...snapshot }
      const comparison = compareBill(facts)
      if (comparison.alsoNeeded.length === 0) return comparison
      for (const other of comparison.alsoNeeded) bills.set(other, await fetchBill(other))
      return compareBill(facts)
    }

    const before = await readLedgerSnapshot(ledger, bill, due, onRead)
    const first = await compare(before)
    const unbooked = billPaymentsToBook(first.differences, bill)
    const repairs: PaymentSettledFromBill[] = []
    // One after the other: a bill that repairs a thousand payments must not stand in the way of the shop.
    for (const row of unbooked) {
      const { verdict } = await settle(evidenceOfBillPayment(row, bill, gateway.merchant), row.body)
      repairs.push({ outTradeNo: row.outTradeNo, amount: row.amount, verdict })
      onProgress({ step: 'repaired', done: repairs.length, of: unbooked.length })
    }
    const refunds = first.differences.filter(({ kind }) => kind === 'refunded_there_unknown_here')
    for (const { outTradeNo, outRequestNo } of refunds) {
      await processRefund({
        payNo: outTradeNo as PayNo,
        outRequestNo: outRequestNo ?? placeholderRefundNoFromSum(fen(0)),
      })
    }
    const isRepaired = unbooked.length + refunds.length > 0
    const after = isRepaired ? await readLedgerSnapshot(ledger, bill, due, onRead) : before
    const last = isRepaired ? await compare(after) : first
    return { kind: 'report', report: billReportOf({ day, span, bill, snapshot: after, comparison: last, repairs }) }
  }
}

/** The day's bill; null when it is not there yet. A day without one long after is a day without trades. */
function createBillFinder(
  { bills, clock, gateway }: ReconciliationDependencies,
  onProgress: (progress: ReconciliationProgress) => void,
) {
  return async (day: BeijingDay): Promise<Bill | null> => {
    const answer = await bills.billOf(day)
    if (answer.kind === 'absent') {
      return clock.now() < spanOfDay(day).to + BILL_READY_MS ? null : { day, sellerId: null, rows: [] }
    }
    const { sellerId, rows } = answer.bill
    if (sellerId !== null && sellerId !== gateway.merchant.sellerId) {
      throw new CheckoutError(
        'gateway_refused',
        'The bill belongs to another Alipay account. Check ALIPAY_APP_ID and ALIPAY_SELLER_ID.',
      )
    }
    onProgress({ step: 'bill_read', day, rows: rows.length })
    return answer.bill
  }
}

function billReportOf(facts: {
  readonly day: BeijingDay
  readonly span: TimeSpan
  readonly bill: Bill
  readonly snapshot: LedgerSnapshot
  readonly comparison: BillComparison
  readonly repairs: readonly PaymentSettledFromBill[]
}): BillReport {
  const { day, span, bill, snapshot, comparison, repairs: verdicts } = facts
  const { differences, carriedOver, foreign } = comparison
  const ours = bill.rows.filter((row) => isSnowflake(row.outTradeNo))
  const unpaid = differences.filter(({ kind }) => kind === 'paid_there_unpaid_here')
  const open = new Set(unpaid.map(({ outTradeNo }) => outTradeNo))
  return {
    day,
    billTotals: { ...tallyBillRowsByKind(ours), serviceFee: ours.reduce((sum, row) => sum + row.serviceFee, 0) },
    ledgerTotals: tallyLedgerByKind(snapshot.payments, snapshot.refunds, span),
    foreign: tallyBillRowsByKind(foreign),
    repaired: verdicts.filter((repair) => !open.has(repair.outTradeNo)),
    differences,
    carriedOver,
  }
}
