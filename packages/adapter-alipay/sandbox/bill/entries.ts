import type { FaultTable } from '../faults/rules.js'
import { formatBeijing, parseBeijing } from '../formats.js'
import { newTradeNo } from '../identifiers.js'
import type { Refund, Trade, TradeStore } from '../trade/trade.js'

/** One line of a bill. Amounts are fen; a refund's are negative, as Alipay writes them. */
export interface BillEntry {
  readonly type: string
  readonly tradeNo: string
  readonly outTradeNo: string
  readonly subject: string
  readonly createdAt: number
  readonly bookedAt: number
  readonly amountFen: number
  readonly outRequestNo: string
  readonly remark: string
}

const DAY_MS = 24 * 60 * 60 * 1000

const dayOf = (at: number): string => formatBeijing(at).slice(0, 10)

const paymentEntry = (trade: Trade, paidAt: number): BillEntry => ({
  type: '交易',
  tradeNo: trade.tradeNo,
  outTradeNo: trade.outTradeNo,
  subject: trade.subject,
  createdAt: trade.createdAt,
  bookedAt: paidAt,
  amountFen: trade.totalFen,
  outRequestNo: '',
  remark: trade.body ?? '',
})

const refundEntry = (trade: Trade, refund: Refund): BillEntry => ({
  ...paymentEntry(trade, refund.at),
  type: '退款',
  createdAt: refund.at,
  amountFen: -refund.amountFen,
  outRequestNo: refund.outRequestNo,
  remark: refund.reason ?? '',
})

/** All that was ever booked for a trade: its payment and its refunds. */
const entriesOf = (trade: Trade): BillEntry[] =>
  trade.paidAt === undefined
    ? []
    : [paymentEntry(trade, trade.paidAt), ...trade.refunds.map((refund) => refundEntry(trade, refund))]

/** The lines that a booking makes, each with the day it stands on. */
function applyBillFaults(
  faults: FaultTable,
  entry: BillEntry,
): { readonly entries: BillEntry[]; readonly day: string } {
  let entries = [entry]
  let dayShift = 0
  for (const fault of faults.recordCall('bill', { outTradeNo: entry.outTradeNo })) {
    if (fault.kind === 'lose_row') entries = []
    if (fault.kind === 'repeat_row') entries = [...entries, ...entries]
    if (fault.kind === 'wrong_amount') entries = entries.map((each) => ({ ...each, amountFen: each.amountFen + 1 }))
    if (fault.kind === 'type') entries = entries.map((each) => ({ ...each, type: fault.type }))
    if (fault.kind === 'other_day') dayShift += fault.days * DAY_MS
  }
  return { entries, day: dayOf(entry.bookedAt + dayShift) }
}

function extraEntries(faults: FaultTable, day: string): BillEntry[] {
  const noon = parseBeijing(`${day} 12:00:00`) ?? 0
  return faults
    .recordCall('bill_extra', {})
    .filter(({ billDate }) => billDate === undefined || billDate === day)
    .map(({ row: { type = '交易', outTradeNo, amountFen, outRequestNo = '' } }) => ({
      type,
      tradeNo: newTradeNo(noon),
      outTradeNo,
      subject: '未知订单',
      createdAt: noon,
      bookedAt: noon,
      amountFen: type === '退款' ? -amountFen : amountFen,
      outRequestNo,
      remark: '',
    }))
}

interface BillSources {
  readonly trades: TradeStore
  readonly faults: FaultTable
}

/** The lines of a day's bill in the order of time: payments by the day of payment, refunds by the day of refund. */
export function entriesOfDay({ trades, faults }: BillSources, day: string): BillEntry[] {
  const booked = trades.list().flatMap(entriesOf)
  const placedEntries = booked.map((entry) => applyBillFaults(faults, entry)).filter((line) => line.day === day)
  return [...placedEntries.flatMap(({ entries }) => entries), ...extraEntries(faults, day)].sort(
    (one, other) => one.bookedAt - other.bookedAt,
  )
}
