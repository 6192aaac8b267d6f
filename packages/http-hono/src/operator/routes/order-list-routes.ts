import type { Hono } from 'hono'
import { orderCsvAnswer } from '../../order-csv.js'
import { problemText } from '../../pages/problem-texts.js'
import { problemOf } from '../../problem/problem.js'
import { orderSearchSchema, pickOrderFilter, writePosition } from '../../schemas/order-search.js'
import type { PageContext, PageEnv } from '../../school/page.js'
import { type OrderFilterFields, orderFilterNames, padYuanDecimals } from '../form-fields.js'
import type { OperatorPagesDeps } from '../operator-page.js'
import { ordersPageAnswer } from '../views/orders-page.js'

const ORDERS_PER_PAGE = 20

/** The list of orders, what is looked for in it, and the same as a file. */
export function addOrderListRoutes(app: Hono<PageEnv>, { views }: Pick<OperatorPagesDeps, 'views'>): void {
  app.get('/operator/orders', async (c) => {
    const fields = filterFieldsOf(c)
    const search = readSearch(c, fields)
    if ('refusal' in search) return ordersPageAnswer(c, { fields, ...search.refusal })
    const { orders, next } = await views.searchOrders(search.filter, search.after, ORDERS_PER_PAGE)
    const older = next === null ? null : writePosition(next)
    return ordersPageAnswer(c, { fields, orders, older, isFirst: search.after === null })
  })
  app.get('/operator/orders.csv', async (c) => {
    const fields = filterFieldsOf(c)
    const search = readSearch(c, fields)
    return 'refusal' in search
      ? ordersPageAnswer(c, { fields, ...search.refusal })
      : orderCsvAnswer(views, search.filter)
  })
}

/** What was written into the form, as it was written. */
function filterFieldsOf(c: PageContext): OrderFilterFields {
  const query = c.req.query()
  return Object.fromEntries(orderFilterNames.map((name) => [name, (query[name] ?? '').trim()])) as OrderFilterFields
}

function readSearch(c: PageContext, { minAmount, maxAmount, ...fields }: OrderFilterFields) {
  const amounts = { minAmount: padYuanDecimals(minAmount), maxAmount: padYuanDecimals(maxAmount) }
  try {
    const query = orderSearchSchema.parse({ ...fields, ...amounts, after: c.req.query('after') })
    return { filter: pickOrderFilter(query), after: query.after ?? null }
  } catch (error) {
    const { status, code } = problemOf(error)
    return { refusal: { status, message: problemText(code, c.var.visitor.language) } }
  }
}
