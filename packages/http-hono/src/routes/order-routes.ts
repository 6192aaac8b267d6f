import { type BuyerService, type OrderService, orderId } from '@coursepay/core'
import { z } from '@hono/zod-openapi'
import type { Caller } from '../authentication/authenticate.js'
import type { QrRenderer } from '../qr-code.js'
import { jsonOkResponse, jsonRequestBody, type RouteDefinition } from '../routing/definition.js'
import { createJsonResponse, createOpenApiRouter, type RouteFactory } from '../routing/router.js'
import { addOrderSchema, toOrderRequest } from '../schemas/add-order.js'
import {
  orderPageSchema,
  orderSchema,
  payCodeSchema,
  payRecordSchema,
  writeOrder,
  writePayRecord,
} from '../schemas/order.js'
import { pageQuerySchema, payCodeQuerySchema, payNoQuerySchema } from '../schemas/query.js'
import { idParamReadBy } from '../schemas/values.js'

export interface PaymentRoutesDeps {
  readonly orders: OrderService
  readonly qr: QrRenderer
  /** Without a slash at its end. */
  readonly publicBaseUrl: string
}

const orderIdParams = z.object({ orderId: idParamReadBy(orderId) })

const generatePayCodeRoute = {
  method: 'post',
  path: '/api/orders/generatepaycode',
  operationId: 'generatePayCode',
  tag: 'orders',
  summary: 'Order, once for each outBusinessId, with a new pay record and its QR',
  access: 'user',
  writes: true,
  request: { query: payCodeQuerySchema, body: jsonRequestBody(addOrderSchema) },
  responses: jsonOkResponse(payCodeSchema),
  missingCode: 'choice_not_found',
  problems: [
    'invalid_id',
    'invalid_amount',
    'unknown_order_type',
    'price_mismatch',
    'nothing_to_pay',
    'choice_outdated',
    'too_many_attempts',
    'business_id_conflict',
    'order_already_paid',
    'order_already_refunded',
    'state_conflict',
    'ids_unavailable',
  ],
} as const satisfies RouteDefinition

const payResultRoute = {
  method: 'get',
  path: '/api/orders/payresult',
  operationId: 'payResult',
  tag: 'orders',
  summary: 'The pay record; while it is unpaid, the gateway is queried first',
  access: 'user',
  request: { query: payNoQuerySchema },
  responses: jsonOkResponse(payRecordSchema),
  missingCode: 'pay_record_not_found',
  problems: ['invalid_id'],
} as const satisfies RouteDefinition

const getOrderRoute = {
  method: 'get',
  path: '/api/orders/{orderId}',
  operationId: 'getOrder',
  tag: 'orders',
  summary: 'An order with its goods, pay records and refunds',
  access: 'user',
  request: { params: orderIdParams },
  responses: jsonOkResponse(orderSchema),
  missingCode: 'order_not_found',
  problems: ['invalid_id'],
} as const satisfies RouteDefinition

const closeOrderRoute = {
  method: 'post',
  path: '/api/orders/{orderId}/close',
  operationId: 'closeOrder',
  tag: 'orders',
  summary: 'Close an unpaid order, here and at the gateway',
  access: 'user',
  writes: true,
  request: { params: orderIdParams },
  responses: jsonOkResponse(orderSchema),
  missingCode: 'order_not_found',
  problems: ['invalid_id', 'order_already_paid', 'order_already_refunded', 'state_conflict', 'gateway_unknown'],
} as const satisfies RouteDefinition

const myOrdersRoute = {
  method: 'get',
  path: '/api/orders',
  operationId: 'myOrders',
  tag: 'orders',
  summary: 'My orders, newest first',
  access: 'user',
  request: { query: pageQuerySchema },
  responses: jsonOkResponse(orderPageSchema),
} as const satisfies RouteDefinition

export const paymentRoutes = (route: RouteFactory, { orders, qr, publicBaseUrl }: PaymentRoutesDeps) =>
  createOpenApiRouter()
    .openapi(route(generatePayCodeRoute), async (c) => {
      const { qrcode: format } = c.req.valid('query')
      const payRecord = await orders.createOrder(c.get('caller').userId, toOrderRequest(c.req.valid('json')))
      c.set('reference', payRecord)
      const payUrl = `${publicBaseUrl}/p/${payRecord.token}`
      return createJsonResponse({ ...writePayRecord(payRecord), payUrl, qrcode: await qr.dataUrl(payUrl, format) })
    })
    .openapi(route(payResultRoute), async (c) => {
      const { payNo } = c.req.valid('query')
      const payRecord = await orders.queryPayResult(payNo, c.get('caller'))
      c.set('reference', payRecord)
      return createJsonResponse(writePayRecord(payRecord))
    })

export const orderRoutes = (route: RouteFactory, { orders }: Pick<PaymentRoutesDeps, 'orders'>) =>
  createOpenApiRouter()
    .openapi(route(getOrderRoute), async (c) => {
      const { orderId } = c.req.valid('param')
      const caller = c.get('caller')
      return createJsonResponse(
        writeOrder(
          await orders.getOrder(orderId, { ...caller, operator: orderReaderOf(caller) === 'operator' }),
          orderReaderOf(caller),
        ),
      )
    })
    .openapi(route(closeOrderRoute), async (c) => {
      const { orderId } = c.req.valid('param')
      const caller = c.get('caller')
      return createJsonResponse(writeOrder(await orders.closeOrder(orderId, caller), orderReaderOf(caller)))
    })

export const myOrdersRoutes = (route: RouteFactory, { buyer }: { readonly buyer: BuyerService }) =>
  createOpenApiRouter().openapi(route(myOrdersRoute), async (c) => {
    const { page, size } = c.req.valid('query')
    const { orders, total } = await buyer.myOrders(c.get('caller').userId, page, size)
    const items = orders.map((order) => writeOrder(order, 'buyer'))
    return createJsonResponse({ items, counts: total, page, pageSize: size })
  })

/** An auditor sees each order, as an operator does. */
const orderReaderOf = ({ operator, auditor = false }: Caller) => (operator || auditor ? 'operator' : 'buyer')
