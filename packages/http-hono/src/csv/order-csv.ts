import { type Fen, fen, type Order, writeYuan } from '@coursepay/core'
import { bookedPayment } from '@coursepay/core/ports'
import { writeTime, writeTimeOrNull } from '../schemas/values.js'

const FORMULA_START = /^[=+\-@\t\r]/
const NEEDS_QUOTES = /[",\r\n]/

/** One line of RFC 4180. A cell that a spreadsheet would run as a formula gets a `'` in front. */
export const csvLine = (cells: readonly string[]): string => `${cells.map(csvCell).join(',')}\r\n`

function csvCell(text: string): string {
  const guarded = FORMULA_START.test(text) ? `'${text}` : text
  return NEEDS_QUOTES.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded
}

/** A tab behind an id keeps a spreadsheet from making a number of it, which would lose its last digits. */
const csvId = (id: string | null): string => (id === null ? '' : `${id}\t`)

/** A spreadsheet takes the file for UTF-8 by it. */
const BYTE_ORDER_MARK = '\uFEFF'

const cellByColumn: Readonly<Record<string, (order: Order) => string>> = {
  orderId: ({ id }) => csvId(id),
  outBusinessId: ({ outBusinessId }) => csvId(outBusinessId),
  orderType: ({ orderType }) => orderType,
  userId: ({ userId }) => csvId(userId),
  orderName: ({ orderName }) => orderName,
  totalPrice: ({ totalPrice }) => writeYuan(totalPrice),
  status: ({ status }) => status,
  createDate: ({ createDate }) => writeTime(createDate),
  payNo: (order) => csvId(bookedPayment(order)?.payNo ?? null),
  outPayNo: (order) => csvId(bookedPayment(order)?.outPayNo ?? null),
  paySuccessTime: (order) => writeTimeOrNull(bookedPayment(order)?.paySuccessTime ?? null) ?? '',
  refunded: (order) => writeYuan(refundedFen(order)),
}

export const orderCsvHead = (): string => BYTE_ORDER_MARK + csvLine(Object.keys(cellByColumn))

export const orderCsvLine = (order: Order): string =>
  csvLine(Object.values(cellByColumn).map((column) => column(order)))

/** What was refunded of the payment that paid the order: money that came late or twice is none of its turnover. */
function refundedFen(order: Order): Fen {
  const payNo = bookedPayment(order)?.payNo
  const refunded = order.refunds.filter((refund) => refund.payNo === payNo && refund.status === 'succeeded')
  return fen(refunded.reduce((sum, { amount }) => sum + amount, 0))
}
