import { type BeijingDay, beijingDaysBetween, type TimeSpan } from '../../shared/beijing-day.js'
import type { EpochMs } from '../../shared/ports/clock.js'
import type { Bill, BillDifference } from './bill.js'
import { type LedgerPayment, type LedgerRefund, refundKey } from './ledger.js'
import { externalRemainderRefundNo } from './refund.js'

/** Two clocks tell the time of one payment; this far from midnight they agree on the day. */
export const MIDNIGHT_MARGIN_MS = 10 * 60_000
/** How far back a refund that took long is looked for. */
const MAX_DAYS_TO_SEARCH = 7

/** Our side of a comparison. */
export interface MissingInBillsFacts {
  /** By day; null for a day whose bill is not there yet. The day itself is always among them. */
  readonly bills: ReadonlyMap<BeijingDay, Bill | null>
  readonly payments: readonly LedgerPayment[]
  readonly refunds: readonly LedgerRefund[]
  /** Money of ours within it must be in a bill: the day, and before it what the run before had to leave open. */
  readonly due: TimeSpan
}

export interface MissingInBills {
  readonly missing: readonly BillDifference[]
  /** Around midnight, or over more than a day, and to be looked for in a bill that is not there yet. */
  readonly carriedOver: readonly BillDifference[]
  /** Days whose bills would say more. */
  readonly alsoNeeded: readonly BeijingDay[]
}

/** What we have and the bills do not, of every day on which the gateway may have booked it. */
export function missingInBills(facts: MissingInBillsFacts): MissingInBills {
  const keys = [...facts.bills.values()].map(billKeysOf)
  const alsoNeeded = new Set<BeijingDay>()
  const missing: BillDifference[] = []
  const carriedOver: BillDifference[] = []
  for (const { key, earliest, latest, difference } of expectedBillEntries(facts)) {
    if (keys.some((known) => known.has(key))) continue
    const days = beijingDaysBetween(earliest - MIDNIGHT_MARGIN_MS, latest + MIDNIGHT_MARGIN_MS, MAX_DAYS_TO_SEARCH)
    const unread = days.filter((day) => !facts.bills.has(day))
    for (const day of unread) alsoNeeded.add(day)
    const open = unread.length > 0 || days.some((day) => facts.bills.get(day) === null)
    ;(open ? carriedOver : missing).push(difference)
  }
  return { missing, carriedOver, alsoNeeded: [...alsoNeeded].sort() }
}

/** Something of ours that must stand in a bill: under which key, and between which times the gateway booked it. */
interface ExpectedBillEntry {
  readonly key: string
  readonly earliest: EpochMs
  readonly latest: EpochMs
  readonly difference: BillDifference
}

function expectedBillEntries({ payments, refunds, due }: MissingInBillsFacts): ExpectedBillEntry[] {
  const isDue = (at: EpochMs | null): at is EpochMs => at !== null && at >= due.from && at < due.to
  return [
    ...payments.flatMap((payment) =>
      isDue(payment.paySuccessTime) ? [expectedPaymentEntry(payment, payment.paySuccessTime)] : [],
    ),
    ...refunds.flatMap((refund) =>
      isRefundExpectedInBill(refund) && isDue(refund.finishDate)
        ? [expectedRefundEntry(refund, refund.finishDate)]
        : [],
    ),
  ]
}

/** What was left of a closed trade has no number that a bill could name. */
const isRefundExpectedInBill = ({ status, payNo, outRequestNo }: LedgerRefund) =>
  status === 'succeeded' && outRequestNo !== externalRemainderRefundNo(payNo)

function expectedPaymentEntry({ payNo, totalPrice }: LedgerPayment, at: EpochMs): ExpectedBillEntry {
  const kind = 'paid_here_missing_there'
  const difference = {
    kind,
    outTradeNo: payNo,
    outRequestNo: null,
    billAmount: null,
    ledgerAmount: totalPrice,
    at,
  } as const
  return { key: payNo, earliest: at, latest: at, difference }
}

/** Our ledger gets a refund after it was made: at once, or days later when its answer was lost. */
function expectedRefundEntry(
  { payNo, outRequestNo, amount, createDate }: LedgerRefund,
  at: EpochMs,
): ExpectedBillEntry {
  const kind = 'refunded_here_missing_there'
  const difference = { kind, outTradeNo: payNo, outRequestNo, billAmount: null, ledgerAmount: amount, at } as const
  return { key: refundKey(payNo, outRequestNo), earliest: Math.min(createDate, at), latest: at, difference }
}

/** All that a bill has, by the keys of `ExpectedBillEntry`. */
const billKeysOf = (bill: Bill | null): ReadonlySet<string> =>
  new Set(
    bill?.rows.flatMap((row) =>
      row.kind === 'payment'
        ? [row.outTradeNo]
        : row.kind === 'refund'
          ? [refundKey(row.outTradeNo, row.outRequestNo)]
          : [],
    ),
  )
