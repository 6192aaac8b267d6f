import type { OrderFilter, OrderPosition } from '@coursepay/core/ports'
import type { Hono } from 'hono'
import { orderCsvAnswer } from '../../order-csv.js'
import { problemText } from '../../pages/problem-texts.js'
import { problemOf } from '../../problem/problem.js'
import { orderSearchSchema, toFilter, writePosition } from '../../schemas/order-search.js'
import type { PageContext, PageEnv } from '../../school/page.js'
import { filterNames, type OrderFields, writtenAmount } from '../form-fields.js'
import type { OperatorPagesDeps } from '../operator-page.js'
import { ordersPage } from '../views/orders-page.js'

const ORDERS_PER_PAGE = 20

/** The list of orders, what is looked for in it, and the same as a file. */
export function addOrderListRoutes(app: Hono<PageEnv>, { views }: Pick<OperatorPagesDeps, 'views'>): void {
  app.get('/operator/orders', async (c) => {
    const fields = fieldsOf(c)
    const wanted = readSearch(c, fields)
    if ('refusal' in wanted) return ordersPage(c, { fields, ...wanted.refusal })
    const { orders, next } = await views.searchOrders(wanted.filter, wanted.after, ORDERS_PER_PAGE)
    const older = next === null ? null : writePosition(next)
    return ordersPage(c, { fields, orders, older, isFirst: wanted.after === null })
  })
  app.get('/operator/orders.csv', async (c) => {
    const fields = fieldsOf(c)
    const wanted = readSearch(c, fields)
    return 'refusal' in wanted ? ordersPage(c, { fields, ...wanted.refusal }) : orderCsvAnswer(views, wanted.filter)
  })
}

/** What was written into the form, as it was written. */
function fieldsOf(c: PageContext): OrderFields {
  const query = c.req.query()
  return Object.fromEntries(filterNames.map((name) => [name, (query[name] ?? '').trim()])) as OrderFields
}

interface ParsedSearch {
  readonly filter: OrderFilter
  readonly after: OrderPosition | null
}

function readSearch(c: PageContext, { minAmount, maxAmount, ...fields }: OrderFields) {
  const amounts = { minAmount: writtenAmount(minAmount), maxAmount: writtenAmount(maxAmount) }
  try {
    const query = orderSearchSchema.parse({ ...fields, ...amounts, after: c.req.query('after') })
    return { filter: toFilter(query), after: query.after ?? null } satisfies ParsedSearch
  } catch (error) {
    const { status, code } = problemOf(error)
    return { refusal: { status, message: problemText(code, c.var.visitor.language) } }
  }
}
