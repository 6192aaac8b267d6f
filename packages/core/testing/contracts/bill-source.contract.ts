import type { Bill } from '../../src/orders/domain/bill.js'
import type { BillSource } from '../../src/orders/ports/bill-source.js'
import { type BeijingDay, readBeijingDay, spanOfDay } from '../../src/shared/beijing-day.js'
import { type Fen, fen, MAX_AMOUNT_FEN } from '../../src/shared/money.js'
import type { EpochMs } from '../../src/shared/ports/clock.js'
import { asciiText } from '../fakes/fake-notify-format.js'
import { ensure, equal, rejectsWithCode, showsNoSecret } from './assertions.js'
import { defineContract, type HarnessWithSecrets } from './define-contract.js'
import { sampleId } from './sample-data.js'
import { callConcurrently } from './store-harness.js'

/** A payment as the gateway's buyer makes it, at a time of the gateway's clock. */
export interface BilledPayment {
  readonly outTradeNo: string
  readonly amount: Fen
  readonly at: EpochMs
}

/** A gateway that has booked nothing yet. Its clock goes forward only, so a clause books in the order of time. */
export interface BillSourceHarness extends HarnessWithSecrets {
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
}

const day = readBeijingDay('2026-11-22')
const { from, to } = spanOfDay(day)
const nextDay = readBeijingDay('2026-11-23')
const SECOND = 1_000
const HOUR = 3_600_000
/** By then every bill of these clauses is made. */
const AFTER_BOTH_BILLS = to + 48 * HOUR

const outTradeNoOf = (count: number) => sampleId(100 + count)

async function billOf({ bills }: BillSourceHarness, of: BeijingDay): Promise<Bill> {
  const answer = await bills.billOf(of)
  ensure(answer.kind === 'bill', `The bill of ${of} is there, but the answer is ${answer.kind}.`)
  return answer.bill
}

/** The rows without what each gateway writes in its own way, sorted. */
const describeRows = async (harness: BillSourceHarness, of: BeijingDay = day) =>
  (await billOf(harness, of)).rows
    .map((row) => {
      const number = row.kind === 'refund' ? ` as ${row.outRequestNo}` : ''
      return `${row.kind} ${row.amount} of ${row.outTradeNo}${number}`
    })
    .sort()

const paid = (count: number, amount: number) => `payment ${amount} of ${outTradeNoOf(count)}`

/** Payments, each of which gives its number in fen. */
async function payAt(harness: BillSourceHarness, ...times: readonly EpochMs[]): Promise<void> {
  for (const [index, at] of times.entries())
    await harness.pay({ outTradeNo: outTradeNoOf(index + 1), amount: fen(index + 1), at })
  await harness.passTo(AFTER_BOTH_BILLS)
}

async function billOnePayment(harness: BillSourceHarness): Promise<void> {
  await harness.pay({ outTradeNo: outTradeNoOf(1), amount: fen(9_900), at: from + HOUR })
  await harness.passTo(AFTER_BOTH_BILLS)
}

export const billSourceContract = defineContract<BillSourceHarness>()('BillSource', {
  'bills a payment with its numbers, amount and time and the bytes of its line, and says whose bill it is': async (
    harness,
  ) => {
    await billOnePayment(harness)
    equal(await describeRows(harness), [paid(1, 9_900)])
    const { sellerId, rows } = await billOf(harness, day)
    ensure(sellerId === null || sellerId === harness.sellerId, 'The bill is that of the account which was paid.')
    for (const { tradeNo, bookedAt, body } of rows) {
      ensure(tradeNo.length > 0, 'The gateway has a number of its own for the trade.')
      // Gateways tell the time of a booking in whole seconds.
      const off = Math.abs(bookedAt - (from + HOUR))
      ensure(off < 2 * SECOND, `The payment is booked ${off} ms away from when it was made.`)
      ensure(asciiText(body).includes(outTradeNoOf(1)), 'The bytes of the line name the trade.')
      ensure(!/[\r\n]/.test(asciiText(body)), 'The bytes of the line end before the line does.')
    }
  },

  'bills a refund under its number, with an amount above zero, on its own day': async (harness) => {
    await harness.pay({ outTradeNo: outTradeNoOf(1), amount: fen(9_900), at: to - HOUR })
    const refund = { outTradeNo: outTradeNoOf(1), outRequestNo: 'refund-a', amount: fen(3_301), at: to - SECOND }
    await harness.refund(refund)
    await harness.refund({ ...refund, outRequestNo: 'refund-b', amount: fen(2), at: to })
    await harness.passTo(AFTER_BOTH_BILLS)
    equal(
      await describeRows(harness),
      [paid(1, 9_900), `refund 3301 of ${outTradeNoOf(1)} as refund-a`],
      'the first day',
    )
    equal(await describeRows(harness, nextDay), [`refund 2 of ${outTradeNoOf(1)} as refund-b`], 'the day after')
  },

  'keeps amounts exact, from one fen to the largest payment': async (harness) => {
    const amounts = [fen(1), fen(10), fen(2_900), fen(999_999_999), MAX_AMOUNT_FEN]
    for (const [index, amount] of amounts.entries()) {
      await harness.pay({ outTradeNo: outTradeNoOf(index), amount, at: from + HOUR + index * SECOND })
    }
    await harness.passTo(AFTER_BOTH_BILLS)
    equal(await describeRows(harness), amounts.map((amount, index) => paid(index, amount)).sort())
  },

  'puts a payment on its own day in Beijing': async (harness) => {
    await payAt(harness, from - SECOND, from, to - SECOND, to)
    equal(await describeRows(harness), [paid(2, 2), paid(3, 3)], 'the trades of the day')
    equal(await describeRows(harness, nextDay), [paid(4, 4)], 'the trades of the day after')
  },

  'bills every payment of a day once': async (harness) => {
    const times = Array.from({ length: 20 }, (_, index) => from + HOUR + index * SECOND)
    await payAt(harness, ...times)
    equal(await describeRows(harness), times.map((_, index) => paid(index + 1, index + 1)).sort())
  },

  'has none for a day that is not over, and an empty one, or none, for a day without a trade': async (harness) => {
    await harness.pay({ outTradeNo: outTradeNoOf(1), amount: fen(1), at: from + HOUR })
    equal(await harness.bills.billOf(day), { kind: 'absent' })
    await harness.passTo(AFTER_BOTH_BILLS)
    const answer = await harness.bills.billOf(nextDay)
    if (answer.kind === 'bill') equal(answer.bill.rows, [], 'the rows of a day without a trade')
  },

  'answers the same on every call, many at once too': async (harness) => {
    await billOnePayment(harness)
    const first = await billOf(harness, day)
    for (const answer of await callConcurrently(3, () => billOf(harness, day))) equal(answer, first)
  },

  'fails with gateway_unknown, and shows no secret, when the file is not whole or no answer comes': async (harness) => {
    await billOnePayment(harness)
    for (const fail of [harness.damageFiles, harness.makeUnreachable]) {
      await fail()
      showsNoSecret(harness, await rejectsWithCode(harness.bills.billOf(day), 'gateway_unknown'))
    }
  },
})
