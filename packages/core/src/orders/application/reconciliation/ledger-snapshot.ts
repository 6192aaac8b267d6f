import type { TimeSpan } from '../../../shared/beijing-day.js'
import { isSnowflake, type PayNo } from '../../../shared/identifiers.js'
import type { Bill, BillRow } from '../../domain/bill.js'
import { type LedgerPayment, type LedgerRefund, refundKey } from '../../domain/ledger.js'
import type { LedgerPage, LedgerPageRequest, LedgerPosition, PaymentLedger } from '../../ports/payment-ledger.js'

/** The entries of our ledger that one bill concerns. */
export interface LedgerSnapshot {
  readonly payments: readonly LedgerPayment[]
  readonly refunds: readonly LedgerRefund[]
}

const ENTRIES_PER_PAGE = 1_000

/**
 * Reads what we have of a span of time, and whatever else the bill names. `onRead` is told how much has been read so
 * far.
 */
export async function readLedgerSnapshot(
  ledger: PaymentLedger,
  bill: Bill,
  span: TimeSpan,
  onRead: (entries: number) => void,
): Promise<LedgerSnapshot> {
  let read = 0
  const count = (entries: number) => {
    read += entries
    onRead(read)
  }
  const payments = await readAllPages((page) => ledger.paidWithin(span, page), count)
  const refunds = await readAllPages((page) => ledger.refundedWithin(span, page), count)
  const known = new Set<string>(payments.map((payment) => payment.payNo))
  const keyOf = ({ payNo, outRequestNo }: LedgerRefund) => refundKey(payNo, outRequestNo)
  const knownRefunds = new Set(refunds.map(keyOf))
  const others = payNosIn(bill, (row) => !known.has(row.outTradeNo))
  const isOther = (row: BillRow) =>
    row.kind === 'refund' && !knownRefunds.has(refundKey(row.outTradeNo, row.outRequestNo))
  // Of a payment that the bill names, some refunds may be within the span and read already.
  const otherRefunds = (await ledger.refundsOf(payNosIn(bill, isOther))).filter(
    (each) => !knownRefunds.has(keyOf(each)),
  )
  return {
    payments: [...payments, ...(await ledger.paymentsOf(others))],
    refunds: [...refunds, ...otherRefunds],
  }
}

async function readAllPages<Entry>(
  read: (page: LedgerPageRequest) => Promise<LedgerPage<Entry>>,
  count: (entries: number) => void,
): Promise<Entry[]> {
  const all: Entry[] = []
  let after: LedgerPosition | null = null
  do {
    const page: LedgerPage<Entry> = await read({ limit: ENTRIES_PER_PAGE, after })
    for (const entry of page.entries) all.push(entry)
    count(page.entries.length)
    after = page.next
  } while (after !== null)
  return all
}

/** Numbers that may be ours: the account may have other shops, with other numbers. */
function payNosIn(bill: Bill, isWanted: (row: BillRow) => boolean): PayNo[] {
  const numbers = bill.rows.filter((row) => isSnowflake(row.outTradeNo) && isWanted(row)).map((row) => row.outTradeNo)
  return [...new Set(numbers)] as PayNo[]
}
