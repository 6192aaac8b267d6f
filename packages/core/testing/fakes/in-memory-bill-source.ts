import type { Bill, BillRow } from '../../src/orders/domain/bill.js'
import type { BillSource } from '../../src/orders/ports/bill-source.js'
import { beijingDayOf, spanOfDay } from '../../src/shared/beijing-day.js'
import { CheckoutError } from '../../src/shared/checkout-error.js'
import type { Fen } from '../../src/shared/money.js'
import type { Clock, EpochMs } from '../../src/shared/ports/clock.js'
import { copyOf } from './copy-of.js'
import { asciiBytes } from './fake-notify-format.js'

/** What the gateway booked; the fake writes the rest of the line. */
export interface FakeBooking {
  readonly outTradeNo: string
  readonly amount: Fen
  readonly bookedAt: EpochMs
}

/** `unreachable`: no answer. `damaged`: a file comes, and cannot be read. */
export type BillMode = 'clear' | 'unreachable' | 'damaged'

export interface InMemoryBillSource {
  readonly source: BillSource
  /** The gateway's ledger grows by a payment, a refund, or any line. */
  pay(booking: FakeBooking): void
  refund(booking: FakeBooking & { readonly outRequestNo: string }): void
  add(row: BillRow): void
  answer(mode: BillMode): void
}

const failureSentences = {
  unreachable: 'The gateway gave no answer about the bill.',
  damaged: 'The bill is damaged.',
}

/** The gateway's bills in memory. A day has one as soon as it is over by `clock`. */
export function inMemoryBillSource({
  clock,
  sellerId = null,
}: {
  readonly clock: Clock
  readonly sellerId?: string | null
}): InMemoryBillSource {
  const rows: BillRow[] = []
  let mode: BillMode = 'clear'
  const add = (row: BillRow) => void rows.push(copyOf(row))
  const line = (booking: FakeBooking, word: string) => ({
    ...booking,
    tradeNo: `20260102${booking.outTradeNo}`,
    serviceFee: 0,
    body: asciiBytes(`${word} ${booking.outTradeNo} ${booking.amount}`),
  })
  return {
    source: {
      async billOf(day) {
        if (mode !== 'clear') throw new CheckoutError('gateway_unknown', failureSentences[mode])
        if (clock.now() < spanOfDay(day).to) return { kind: 'absent' }
        const bill: Bill = { day, sellerId, rows: rows.filter((row) => beijingDayOf(row.bookedAt) === day) }
        return { kind: 'bill', bill: copyOf(bill) }
      },
    },
    pay: (booking) => add({ kind: 'payment', ...line(booking, 'payment') }),
    refund: (booking) => add({ kind: 'refund', ...line(booking, 'refund'), outRequestNo: booking.outRequestNo }),
    add,
    answer: (next) => {
      mode = next
    },
  }
}
