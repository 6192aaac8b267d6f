import { fen } from '@coursepay/core'
import type { BillReport } from '@coursepay/core/reconciliation'
import { describe, expect, it } from 'vitest'
import { readDay, UsageError } from './read-day.js'
import { progressSentence, reportText, yuan } from './report-text.js'

const NOON = Date.UTC(2026, 10, 22, 4)
const nothing = { payments: { count: 0, sum: 0 }, refunds: { count: 0, sum: 0 } }
const quiet: BillReport = {
  day: readDay(['--date', '2026-11-22']),
  billTotals: { ...nothing, serviceFee: 0 },
  ledgerTotals: nothing,
  foreign: nothing,
  repaired: [],
  differences: [],
  carriedOver: [],
}

describe('the day', () => {
  it.each([[['--date', '2026-11-22']], [['--date=2026-11-22']]])('given %j, then it is that day', (args) => {
    expect(readDay(args)).toBe('2026-11-22')
  })

  it.each<[args: string[], sentence: RegExp]>([
    [[], /--date is missing/],
    [['--date'], /is not a day/],
    [['--date', '2026-02-30'], /2026-02-30 is not a day in the form YYYY-MM-DD/],
    [['--date', '22.11.2026'], /22\.11\.2026 is not a day/],
    [['--day', '2026-11-22'], /The argument --day is unknown/],
    [['--date', '2026-11-22', '--date', '2026-11-23'], /Only one day/],
  ])('given %j, then a sentence says what is wrong and what is right', (args, sentence) => {
    expect(() => readDay(args)).toThrow(UsageError)
    expect(() => readDay(args)).toThrow(sentence)
    expect(() => readDay(args)).toThrow('npm run reconcile -- --date 2026-11-22')
  })
})

describe('the report', () => {
  it('given nothing at all, then it says that no difference is left', () => {
    expect(reportText(quiet)).toBe(
      [
        'Bill of 2026-11-22 (Beijing), in yuan',
        '',
        '                  Alipay     here',
        '  payments     0    0.00  0  0.00',
        '  refunds      0    0.00  0  0.00',
        '  service fee       0.00',
        '',
        'No difference is left.',
        '',
      ].join('\n'),
    )
  })

  it('given something of everything, then it stands in columns, in yuan', () => {
    const difference = { outTradeNo: '7123456789012345101', outRequestNo: null, at: NOON } as const
    const report: BillReport = {
      ...quiet,
      billTotals: {
        payments: { count: 1_200, sum: 118_800_000 },
        refunds: { count: 1, sum: 100 },
        serviceFee: -712_800,
      },
      ledgerTotals: { payments: { count: 1_201, sum: 118_809_900 }, refunds: { count: 0, sum: 0 } },
      foreign: { payments: { count: 2, sum: 500 }, refunds: { count: 1, sum: 900 } },
      repaired: [{ outTradeNo: '7123456789012345100', amount: fen(9_900), verdict: 'booked' }],
      differences: [
        { ...difference, kind: 'paid_here_missing_there', billAmount: null, ledgerAmount: fen(9_900) },
        {
          ...difference,
          kind: 'refund_amount_differs',
          outRequestNo: 'R1',
          billAmount: fen(100),
          ledgerAmount: fen(1),
        },
      ],
      carriedOver: [{ ...difference, kind: 'paid_here_missing_there', billAmount: null, ledgerAmount: fen(5) }],
    }
    expect(reportText(report)).toBe(
      [
        'Bill of 2026-11-22 (Beijing), in yuan',
        '',
        '                         Alipay              here',
        '  payments     1200  1188000.00  1201  1188099.00',
        '  refunds         1        1.00     0        0.00',
        '  service fee          -7128.00',
        '  other shops     3       -4.00',
        '',
        'Booked by the bill',
        '  7123456789012345100  99.00  booked',
        '',
        'Carried over: look for them in the bill of the next day',
        '  paid here, missing at Alipay  7123456789012345101  Alipay -  here 0.05  2026-11-22 12:00:00',
        '',
        'Differences',
        '  paid here, missing at Alipay        7123456789012345101               Alipay -  here 99.00  2026-11-22 12:00:00',
        '  another refund at Alipay than here  7123456789012345101 refund R1  Alipay 1.00   here 0.01  2026-11-22 12:00:00',
        '',
        '2 differences are left.',
        '',
      ].join('\n'),
    )
  })

  it.each([
    [0, '0.00'],
    [7, '0.07'],
    [-7, '-0.07'],
    [-12_345, '-123.45'],
    [1_000_000_000_000, '10000000000.00'],
  ])('given %i fen, then %s', (fen, text) => expect(yuan(fen)).toBe(text))
})

it.each([
  [{ step: 'bill_read', day: quiet.day, rows: 3 }, `The bill of ${quiet.day} has 3 lines.`],
  [{ step: 'ledger_read', entries: 4_000 }, '4000 of our own entries are read ...'],
  [{ step: 'repaired', done: 1, of: 9 }, '1 of 9 payments are booked ...'],
] as const)('given %j, then tells how far it is', (progress, sentence) => {
  expect(progressSentence(progress)).toBe(sentence)
})
