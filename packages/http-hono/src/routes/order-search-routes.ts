import type { OperatorViews } from '@coursepay/core'
import { orderCsvAnswer } from '../order-csv.js'
import { jsonResponses, type RouteDefinition, textResponses } from '../routing/definition.js'
import { createRouter, jsonAnswer, type RouteFactory } from '../routing/router.js'
import { writeOrder } from '../schemas/order.js'
import {
  foundOrdersSchema,
  orderFilterSchema,
  orderSearchSchema,
  toOrderFilter,
  writePosition,
} from '../schemas/order-search.js'

const searchOrdersRoute = {
  method: 'get',
  path: '/api/ops/orders',
  operationId: 'searchOrders',
  tag: 'operators',
  summary: 'Find orders, newest first; `next` of a page is the `after` of the following one',
  access: 'auditor',
  request: { query: orderSearchSchema },
  responses: jsonResponses(foundOrdersSchema),
  problems: ['invalid_id', 'invalid_amount'],
} as const satisfies RouteDefinition

const exportOrdersRoute = {
  method: 'get',
  path: '/api/ops/orders.csv',
  operationId: 'exportOrders',
  tag: 'operators',
  summary: 'The same orders for a spreadsheet: UTF-8 with BOM, a tab behind each id',
  access: 'auditor',
  request: { query: orderFilterSchema },
  responses: textResponses('text/csv', 'One order a line'),
  problems: ['invalid_id', 'invalid_amount'],
} as const satisfies RouteDefinition

/** How operators and auditors find orders. */
export const orderSearchRoutes = (route: RouteFactory, { views }: { readonly views: OperatorViews }) =>
  createRouter()
    .openapi(route(searchOrdersRoute), async (c) => {
      const query = c.req.valid('query')
      const { orders, next } = await views.searchOrders(toOrderFilter(query), query.after ?? null, query.size)
      const items = orders.map((order) => writeOrder(order, 'operator'))
      return jsonAnswer({ items, next: next === null ? null : writePosition(next) })
    })
    .openapi(route(exportOrdersRoute), async (c) => {
      return orderCsvAnswer(views, toOrderFilter(c.req.valid('query')))
    })
