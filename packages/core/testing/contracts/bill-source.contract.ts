import type { Bill, BillRow } from '../../src/orders/domain/bill.js'
import type { BillSource } from '../../src/orders/ports/bill-source.js'
import { type BeijingDay, beijingDay, spanOfDay } from '../../src/shared/beijing-day.js'
import { type Fen, fen, MAX_AMOUNT_FEN } from '../../src/shared/money.js'
import type { EpochMs } from '../../src/shared/ports/clock.js'
import { ensure, equal, failureOf, rejectsWithCode, showsNoSecret } from './assertions.js'
import { defineContract, type Harness } from './define-contract.js'
import { sampleId } from './sample-data.js'
import { atOnce } from './store-harness.js'

/** A payment as the gateway's buyer makes it, at a time of the gateway's clock. */
export interface BilledPayment {
  readonly outTradeNo: string
  readonly amount: Fen
  readonly at: EpochMs
}

/** A gateway that has booked nothing yet. Its clock goes forward only, so a clause books in the order of time. */
export interface BillSourceHarness extends Harness {
  readonly bills: BillSource
  readonly sellerId: string
  pay(payment: BilledPayment): Promise<void>
  refund(refund: BilledPayment & { readonly outRequestNo: string }): Promise<void>
  /** The gateway's clock shows this time. */
  passTo(at: EpochMs): Promise<void>
  /** From now on no answer comes. */
  makeUnreachable(): Promise<void>
  /** From now on the file that comes is not whole. */
  damageFiles(): Promise<void>
  /** Texts that may never stand in an error, such as the private key or the address of the file; at least one. */
  readonly secrets: readonly string[]
}

const day = beijingDay('2026-11-22')
const { from, to } = spanOfDay(day)
const nextDay = beijingDay('2026-11-23')
const SECOND = 1_000
const HOUR = 3_600_000
/** By then every bill of these clauses is made. */
const LATER = to + 48 * HOUR

const trade = (count: number) => sampleId(100 + count)

async function billOf({ bills }: BillSourceHarness, of: BeijingDay): Promise<Bill> {
  const answer = await bills.billOf(of)
  ensure(answer.kind === 'bill', `The bill of ${of} is there, but the answer is ${answer.kind}.`)
  return answer.bill
}

async function rowsOf(harness: BillSourceHarness, of: BeijingDay = day): Promise<readonly BillRow[]> {
  return (await billOf(harness, of)).rows
}

/** The rows without what each gateway writes in its own way. */
const essence = (rows: readonly BillRow[]) =>
  rows.map((row) => ({
    kind: row.kind,
    outTradeNo: row.outTradeNo,
    amount: row.amount,
    ...(row.kind === 'refund' ? { outRequestNo: row.outRequestNo } : {}),
  }))

const asText = (bytes: Uint8Array) => Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')

async function onePayment(harness: BillSourceHarness): Promise<void> {
  await harness.pay({ outTradeNo: trade(1), amount: fen(9_900), at: from + HOUR })
  await harness.passTo(LATER)
}

export const billSourceContract = defineContract<BillSourceHarness>()('BillSource', {
  'bills a payment with its numbers, its amount and its time': async (harness) => {
    await onePayment(harness)
    const rows = await rowsOf(harness)
    equal(essence(rows), [{ kind: 'payment', outTradeNo: trade(1), amount: fen(9_900) }])
    ensure((rows[0]?.tradeNo ?? '').length > 0, 'The gateway has a number of its own for the trade.')
    // Gateways tell the time of a booking in whole seconds.
    const off = Math.abs((rows[0]?.bookedAt ?? 0) - (from + HOUR))
    ensure(off < 2 * SECOND, `The payment is booked ${off} ms away from when it was made.`)
  },

  'bills a refund under its number, with an amount above zero': async (harness) => {
    await harness.pay({ outTradeNo: trade(1), amount: fen(9_900), at: from + HOUR })
    const refund = { outTradeNo: trade(1), outRequestNo: 'refund-a', amount: fen(3_301) }
    await harness.refund({ ...refund, at: from + 2 * HOUR })
    await harness.passTo(LATER)
    const refunds = (await rowsOf(harness)).filter((row) => row.kind === 'refund')
    equal(essence(refunds), [{ kind: 'refund', ...refund }])
  },

  'keeps amounts exact, from one fen to the largest payment': async (harness) => {
    const amounts = [fen(1), fen(10), fen(2_900), fen(999_999_999), MAX_AMOUNT_FEN]
    for (const [index, amount] of amounts.entries()) {
      await harness.pay({ outTradeNo: trade(index), amount, at: from + HOUR + index * SECOND })
    }
    await harness.passTo(LATER)
    const rows = await rowsOf(harness)
    equal(
      rows.map((row) => row.amount).sort((one, other) => one - other),
      amounts,
      'the amounts',
    )
  },

  'puts a payment on its own day in Beijing': async (harness) => {
    await harness.pay({ outTradeNo: trade(1), amount: fen(1), at: from - SECOND })
    await harness.pay({ outTradeNo: trade(2), amount: fen(2), at: from })
    await harness.pay({ outTradeNo: trade(3), amount: fen(3), at: to - SECOND })
    await harness.pay({ outTradeNo: trade(4), amount: fen(4), at: to })
    await harness.passTo(LATER)
    equal((await rowsOf(harness)).map((row) => row.outTradeNo).sort(), [trade(2), trade(3)], 'the trades of the day')
    equal(
      (await rowsOf(harness, nextDay)).map((row) => row.outTradeNo),
      [trade(4)],
      'the trades of the day after',
    )
  },

  'puts a refund on its own day, not on that of its payment': async (harness) => {
    await harness.pay({ outTradeNo: trade(1), amount: fen(9_900), at: to - HOUR })
    const refund = { outTradeNo: trade(1), outRequestNo: 'refund-a', amount: fen(9_900) }
    await harness.refund({ ...refund, at: to + HOUR })
    await harness.passTo(LATER)
    equal(
      (await rowsOf(harness)).map((row) => row.kind),
      ['payment'],
      'what was billed on the day of the payment',
    )
    equal(essence(await rowsOf(harness, nextDay)), [{ kind: 'refund', ...refund }])
  },

  'bills every payment of a day once': async (harness) => {
    const numbers = Array.from({ length: 20 }, (_, index) => trade(index))
    for (const [index, outTradeNo] of numbers.entries()) {
      await harness.pay({ outTradeNo, amount: fen(100), at: from + HOUR + index * SECOND })
    }
    await harness.passTo(LATER)
    equal((await rowsOf(harness)).map((row) => row.outTradeNo).sort(), numbers, 'the trades of the day')
  },

  'says whose bill it is, or nothing': async (harness) => {
    await onePayment(harness)
    const { sellerId } = await billOf(harness, day)
    ensure(sellerId === null || sellerId === harness.sellerId, 'The bill is that of the account which was paid.')
  },

  'keeps the bytes of each line, which name its trade': async (harness) => {
    await onePayment(harness)
    const [row] = await rowsOf(harness)
    ensure(row !== undefined && asText(row.body).includes(trade(1)), 'The bytes of the line name the trade.')
    ensure(!/[\r\n]/.test(asText(row.body)), 'The bytes of the line end before the line does.')
  },

  'has none for a day that is not over': async (harness) => {
    await harness.pay({ outTradeNo: trade(1), amount: fen(1), at: from + HOUR })
    equal(await harness.bills.billOf(day), { kind: 'absent' })
  },

  'has an empty one, or none, for a day without a trade': async (harness) => {
    await harness.passTo(LATER)
    const answer = await harness.bills.billOf(day)
    if (answer.kind === 'bill') equal(answer.bill.rows, [], 'the rows of a day without a trade')
  },

  'answers the same on every call, many at once too': async (harness) => {
    await onePayment(harness)
    const first = await billOf(harness, day)
    for (const answer of await atOnce(3, () => billOf(harness, day))) equal(answer, first)
  },

  'fails with gateway_unknown when no answer comes': async (harness) => {
    await onePayment(harness)
    await harness.makeUnreachable()
    await rejectsWithCode(harness.bills.billOf(day), 'gateway_unknown')
  },

  'fails with gateway_unknown when the file is not whole': async (harness) => {
    await onePayment(harness)
    await harness.damageFiles()
    await rejectsWithCode(harness.bills.billOf(day), 'gateway_unknown')
  },

  'leaves no secret in its errors': async (harness) => {
    await onePayment(harness)
    await harness.damageFiles()
    const failures = [await failureOf(harness.bills.billOf(day))]
    await harness.makeUnreachable()
    failures.push(await failureOf(harness.bills.billOf(day)))
    showsNoSecret(harness, ...failures)
  },
})
