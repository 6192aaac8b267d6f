import { printable } from '@coursepay/core/ports'
import type {
  BillDifference,
  BillDifferenceKind,
  BillReport,
  PaymentAndRefundTally,
  ReconciliationProgress,
} from '@coursepay/core/reconciliation'

const sentenceByKind: Readonly<Record<BillDifferenceKind, string>> = {
  paid_there_unpaid_here: 'paid at Alipay, unpaid here',
  paid_there_unknown_here: 'paid at Alipay, unknown here',
  paid_there_twice: 'paid at Alipay twice under one number',
  paid_here_missing_there: 'paid here, missing at Alipay',
  amount_differs: 'another amount at Alipay than here',
  refunded_there_unknown_here: 'refunded at Alipay, unknown here',
  refunded_there_unfinished_here: 'refunded at Alipay, not finished here',
  refunded_here_missing_there: 'refunded here, missing at Alipay',
  refund_amount_differs: 'another refund at Alipay than here',
  row_of_unknown_kind: 'a line of a kind that is not known',
  row_not_understood: 'a line that is not understood: read it in the bill',
  service_fee_differs: 'the fees of the lines are not the fee of the day',
}

/** A report for people: plain text, amounts in yuan, times in Beijing. */
export function reportText(report: BillReport): string {
  const { repaired, differences, carriedOver } = report
  const repairs = repaired.map(({ outTradeNo, amount, verdict }) => [outTradeNo, yuan(amount), verdict])
  const sections = [
    `Bill of ${report.day} (Beijing), in yuan`,
    table(tallyRows(report), ['left', 'right', 'right', 'right', 'right']),
    section('Booked by the bill', repairs, ['left', 'right', 'left']),
    section(
      'Carried over: look for them in the bill of the next day',
      carriedOver.map(differenceLine),
      differenceAlignment,
    ),
    section('Differences', differences.map(differenceLine), differenceAlignment),
    differences.length === 0 ? 'No difference is left.' : `${countText(differences.length, 'difference')} left.`,
  ]
  return `${sections.filter((text) => text !== '').join('\n\n')}\n`
}

function tallyRows({ billTotals, ledgerTotals, foreign }: BillReport): string[][] {
  const line = (name: string, kind: keyof PaymentAndRefundTally) => [
    name,
    ...[billTotals[kind], ledgerTotals[kind]].flatMap(({ count, sum }) => [String(count), yuan(sum)]),
  ]
  const others = foreign.payments.count + foreign.refunds.count
  return [
    ['', '', 'Alipay', '', 'here'],
    line('payments', 'payments'),
    line('refunds', 'refunds'),
    ['service fee', '', yuan(billTotals.serviceFee)],
    ...(others === 0 ? [] : [['other shops', String(others), yuan(foreign.payments.sum - foreign.refunds.sum)]]),
  ]
}

const differenceAlignment = ['left', 'left', 'right', 'right', 'left'] as const

const differenceLine = ({ kind, outTradeNo, outRequestNo, billAmount, ledgerAmount, at }: BillDifference): string[] => [
  sentenceByKind[kind],
  outRequestNo === null ? outTradeNo : `${outTradeNo} refund ${outRequestNo}`,
  billAmount === null ? 'Alipay -' : `Alipay ${yuan(billAmount)}`,
  ledgerAmount === null ? 'here -' : `here ${yuan(ledgerAmount)}`,
  beijingTime(at),
]

const countText = (count: number, noun: string) => (count === 1 ? `1 ${noun} is` : `${count} ${noun}s are`)

function section(title: string, rows: readonly (readonly string[])[], alignment: readonly Alignment[]): string {
  return rows.length === 0 ? '' : `${title}\n${table(rows, alignment)}`
}

type Alignment = 'left' | 'right'

/** Columns as wide as their widest cell, two blanks apart. */
function table(given: readonly (readonly string[])[], alignment: readonly Alignment[]): string {
  // A bill is a text of outside.
  const rows = given.map((row) => row.map(printable))
  const widths = alignment.map((_, column) => Math.max(0, ...rows.map((row) => row[column]?.length ?? 0)))
  const cell = (text: string, column: number) =>
    alignment[column] === 'right' ? text.padStart(widths[column] ?? 0) : text.padEnd(widths[column] ?? 0)
  return rows.map((row) => `  ${row.map(cell).join('  ')}`.trimEnd()).join('\n')
}

/** A sum may be below zero, and above the largest single amount. */
export function yuan(fen: number): string {
  const whole = Math.abs(fen)
  const digits = `${Math.trunc(whole / 100)}.${String(whole % 100).padStart(2, '0')}`
  return fen < 0 ? `-${digits}` : digits
}

const beijingTime = (at: number): string => new Date(at + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ')

/** How far a reconciliation is. */
export function progressSentence(progress: ReconciliationProgress): string {
  switch (progress.step) {
    case 'bill_read':
      return `The bill of ${progress.day} has ${progress.rows} lines.`
    case 'ledger_read':
      return `${progress.entries} of our own entries are read ...`
    case 'repaired':
      return `${progress.done} of ${progress.of} payments are booked ...`
  }
}
