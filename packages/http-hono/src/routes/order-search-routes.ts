import type { OperatorViews } from '@coursepay/core'
import { orderCsvAnswer } from '../order-csv.js'
import { jsonOkResponse, type RouteDefinition, textOkResponse } from '../routing/definition.js'
import { createJsonResponse, createOpenApiRouter, type RouteFactory } from '../routing/router.js'
import { writeOrder } from '../schemas/order.js'
import {
  foundOrdersSchema,
  orderFilterSchema,
  orderSearchSchema,
  pickOrderFilter,
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
  responses: jsonOkResponse(foundOrdersSchema),
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
  responses: textOkResponse('text/csv', 'One order a line'),
  problems: ['invalid_id', 'invalid_amount'],
} as const satisfies RouteDefinition

/** How operators and auditors find orders. */
export const orderSearchRoutes = (route: RouteFactory, { views }: { readonly views: OperatorViews }) =>
  createOpenApiRouter()
    .openapi(route(searchOrdersRoute), async (c) => {
      const query = c.req.valid('query')
      const { orders, next } = await views.searchOrders(pickOrderFilter(query), query.after ?? null, query.size)
      const items = orders.map((order) => writeOrder(order, 'operator'))
      return createJsonResponse({ items, next: next === null ? null : writePosition(next) })
    })
    .openapi(route(exportOrdersRoute), async (c) => {
      return orderCsvAnswer(views, pickOrderFilter(c.req.valid('query')))
    })
