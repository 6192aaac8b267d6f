import type { OperatorViews, Order } from '@coursepay/core'
import type { OrderFilter, OrderSearchPage } from '@coursepay/core/ports'
import { orderCsvHead, orderCsvLine } from './order-csv.js'

const CSV_PAGE = 200

/** All orders that match, as a file for a spreadsheet. */
export async function orderCsvAnswer(views: OperatorViews, filter: OrderFilter): Promise<Response> {
  // Before the answer begins, so that a store that is away is a problem and no half a file.
  const first = await views.searchOrders(filter, null, CSV_PAGE)
  return csvAnswer(linesOf(views, filter, first))
}

/** A page at a time, as the reader takes them. */
async function* linesOf(
  views: OperatorViews,
  filter: OrderFilter,
  first: OrderSearchPage,
): AsyncGenerator<string, void> {
  yield orderCsvHead() + writeLines(first.orders)
  for (let { next } = first; next !== null; ) {
    const page = await views.searchOrders(filter, next, CSV_PAGE)
    yield writeLines(page.orders)
    next = page.next
  }
}

const writeLines = (orders: readonly Order[]): string => orders.map(orderCsvLine).join('')

function csvAnswer(lines: AsyncGenerator<string, void>): Response {
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
