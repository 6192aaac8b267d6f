import { CheckoutError, type Fen } from '../../src/index.js'
import { beijingDayOf, readBeijingDay, spanOfDay } from '../../src/ports.js'
import type { Bill, BillRow, BillSource } from '../../src/reconciliation.js'
import { type BillSourceHarness, billSourceContract } from '../../testing/contracts/index.js'
import { billSourceHarness } from '../harnesses/bill-source-harness.js'
import { FAKE_SECRET } from '../harnesses/fake-secret.js'
import { changed, type Sabotage, sabotaged, untranslated } from './sabotage.js'

const inBills =
  (fault: (bills: BillSource) => BillSource['billOf']): Sabotage<BillSourceHarness> =>
  (harness) =>
    changed(harness, { bills: { billOf: fault(harness.bills) } })

/** Spoils each bill that is there. */
const billedAs = (spoil: (bill: Bill) => Bill) =>
  inBills(({ billOf }) => async (day) => {
    const answer = await billOf(day)
    return answer.kind === 'bill' ? { kind: 'bill', bill: spoil(answer.bill) } : answer
  })

/** Spoils each line. */
const linedAs = (spoil: (row: BillRow) => BillRow) => billedAs((bill) => ({ ...bill, rows: bill.rows.map(spoil) }))

/** Every line of these days' bills that stands on the wanted day by another rule. */
const byAnotherDay = (dayOf: (row: BillRow, rows: readonly BillRow[]) => string) =>
  inBills(({ billOf }) => async (day) => {
    const all: BillRow[] = []
    for (const near of ['2026-11-21', '2026-11-22', '2026-11-23'].map(readBeijingDay)) {
      const answer = await billOf(near)
      if (answer.kind === 'bill') all.push(...answer.bill.rows)
    }
    return { kind: 'bill', bill: { day, sellerId: null, rows: all.filter((row) => dayOf(row, all) === day) } }
  })

/** What the source throws comes out as something else. */
const failures = (disguise: (error: unknown) => unknown) =>
  inBills(
    ({ billOf }) =>
      (day) =>
        billOf(day).catch((error) => {
          throw disguise(error)
        }),
  )

const paidAtOf = (row: BillRow, rows: readonly BillRow[]) =>
  rows.find((each) => each.kind === 'payment' && each.outTradeNo === row.outTradeNo)?.bookedAt ?? row.bookedAt

export const billSourceSabotage = sabotaged(billSourceContract, billSourceHarness, {
  'bills a payment with its numbers, amount and time and the bytes of its line, and says whose bill it is': [
    // Takes Beijing's time for UTC.
    linedAs((row) => ({ ...row, bookedAt: row.bookedAt + 8 * 3_600_000 })),
    linedAs((row) => ({ ...row, body: Uint8Array.of(...row.body, 0x0d, 0x0a) })),
    billedAs((bill) => ({ ...bill, sellerId: '20880000000000010156' })),
  ],

  'bills a refund under its number, with an amount above zero, on its own day': [
    // Alipay writes what went back with a minus sign.
    linedAs((row) => (row.kind === 'refund' ? { ...row, amount: -row.amount as Fen } : row)),
    byAnotherDay((row, rows) => beijingDayOf(paidAtOf(row, rows))),
  ],

  'keeps amounts exact, from one fen to the largest payment': linedAs((row) => ({
    ...row,
    amount: Math.fround(row.amount) as Fen,
  })),

  // The days of Greenwich.
  'puts a payment on its own day in Beijing': byAnotherDay((row) => new Date(row.bookedAt).toISOString().slice(0, 10)),

  'bills every payment of a day once': billedAs((bill) => ({ ...bill, rows: bill.rows.slice(0, 19) })),

  'has none for a day that is not over, and an empty one, or none, for a day without a trade': [
    inBills(({ billOf }) => async (day) => {
      const answer = await billOf(day)
      return answer.kind === 'bill' ? answer : { kind: 'bill', bill: { day, sellerId: null, rows: [] } }
    }),
    billedAs((bill) => ({ ...bill, rows: bill.rows.length > 0 ? bill.rows : [sampleRow(bill)] })),
  ],

  'answers the same on every call, many at once too': (harness) => {
    let calls = 0
    return billedAs((bill) => {
      calls += 1
      return { ...bill, rows: calls > 1 ? [] : bill.rows }
    })(harness)
  },

  'fails with gateway_unknown, and shows no secret, when the file is not whole or no answer comes': [
    failures(untranslated),
    // Takes what it could not read for a day without trades.
    inBills(
      ({ billOf }) =>
        (day) =>
          billOf(day).catch(() => ({ kind: 'bill', bill: { day, sellerId: null, rows: [] } })),
    ),
    failures(
      (cause) => new CheckoutError('gateway_unknown', `No file at https://bills.invalid/${FAKE_SECRET}.`, { cause }),
    ),
  ],
})

const sampleRow = ({ day }: Bill): BillRow => ({
  kind: 'payment',
  tradeNo: '1',
  outTradeNo: '1',
  amount: 0 as Fen,
  bookedAt: spanOfDay(day).from,
  serviceFee: 0,
  body: Uint8Array.of(),
})
