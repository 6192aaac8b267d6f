import { type Fen, fen, type OperatorViews, type Order, writeYuan } from '@coursepay/core'
import { bookedPayment, type OrderFilter, type OrderSearchPage } from '@coursepay/core/ports'
import { writeTime, writeTimeOrNull } from './schemas/values.js'

const CSV_PAGE_SIZE = 200

/** All orders that match, as a file for a spreadsheet. */
export async function orderCsvAnswer(views: OperatorViews, filter: OrderFilter): Promise<Response> {
  // Before the answer begins, so that a store that is away is a problem and no half a file.
  const first = await views.searchOrders(filter, null, CSV_PAGE_SIZE)
  return createCsvResponse(streamOrderCsv(views, filter, first))
}

/** A page at a time, as the reader takes them. */
async function* streamOrderCsv(
  views: OperatorViews,
  filter: OrderFilter,
  first: OrderSearchPage,
): AsyncGenerator<string, void> {
  yield writeOrderCsvHeader() + joinOrderCsvLines(first.orders)
  for (let { next } = first; next !== null; ) {
    const page = await views.searchOrders(filter, next, CSV_PAGE_SIZE)
    yield joinOrderCsvLines(page.orders)
    next = page.next
  }
}

const joinOrderCsvLines = (orders: readonly Order[]): string => orders.map(orderCsvLine).join('')

function createCsvResponse(lines: AsyncGenerator<string, void>): Response {
  const encoder = new TextEncoder()
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await lines.next()
        if (done) controller.close()
        else controller.enqueue(encoder.encode(value))
      },
      cancel: async () => void (await lines.return()),
    },
    { highWaterMark: 0 },
  )
  const headers = {
    'Content-Type': 'text/csv; charset=utf-8',
    'Content-Disposition': 'attachment; filename="orders.csv"',
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
  }
  return new Response(body, { headers })
}

const FORMULA_START_PATTERN = /^[=+\-@\t\r]/
const NEEDS_QUOTES_PATTERN = /[",\r\n]/

/** One line of RFC 4180. A cell that a spreadsheet would run as a formula gets a `'` in front. */
export const csvLine = (cells: readonly string[]): string => `${cells.map(csvCell).join(',')}\r\n`

function csvCell(text: string): string {
  const guarded = FORMULA_START_PATTERN.test(text) ? `'${text}` : text
  return NEEDS_QUOTES_PATTERN.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded
}

/** A tab behind an id keeps a spreadsheet from making a number of it, which would lose its last digits. */
const csvIdCell = (id: string | null): string => (id === null ? '' : `${id}\t`)

/** A spreadsheet takes the file for UTF-8 by it. */
const BYTE_ORDER_MARK = '\uFEFF'

const cellByColumn: Readonly<Record<string, (order: Order) => string>> = {
  orderId: ({ id }) => csvIdCell(id),
  outBusinessId: ({ outBusinessId }) => csvIdCell(outBusinessId),
  orderType: ({ orderType }) => orderType,
  userId: ({ userId }) => csvIdCell(userId),
  orderName: ({ orderName }) => orderName,
  totalPrice: ({ totalPrice }) => writeYuan(totalPrice),
  status: ({ status }) => status,
  createDate: ({ createDate }) => writeTime(createDate),
  payNo: (order) => csvIdCell(bookedPayment(order)?.payNo ?? null),
  outPayNo: (order) => csvIdCell(bookedPayment(order)?.outPayNo ?? null),
  paySuccessTime: (order) => writeTimeOrNull(bookedPayment(order)?.paySuccessTime ?? null) ?? '',
  refunded: (order) => writeYuan(bookedPaymentRefundedFen(order)),
}

const writeOrderCsvHeader = (): string => BYTE_ORDER_MARK + csvLine(Object.keys(cellByColumn))

const orderCsvLine = (order: Order): string => csvLine(Object.values(cellByColumn).map((column) => column(order)))

/** What was refunded of the payment that paid the order: money that came late or twice is none of its turnover. */
function bookedPaymentRefundedFen(order: Order): Fen {
  const payNo = bookedPayment(order)?.payNo
  const refunded = order.refunds.filter((refund) => refund.payNo === payNo && refund.status === 'succeeded')
  return fen(refunded.reduce((sum, { amount }) => sum + amount, 0))
}
