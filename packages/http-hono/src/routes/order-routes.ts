import { type OrderService, orderId, payNo } from '@coursepay/core'
import type { Authenticate } from '../authentication/authenticate.js'
import type { QrRenderer } from '../qr/qr-renderer.js'
import { readJson } from '../request/json-body.js'
import { payCodeQuerySchema, payNoQuerySchema, readQuery } from '../request/query.js'
import { jsonAnswer, type Route } from '../route.js'
import { addOrderSchema, readAddOrder } from '../wire/add-order.js'
import { orderSchema, payCodeSchema, payRecordSchema, writeOrder, writePayRecord } from '../wire/order-answers.js'

export interface OrderRoutesDeps {
  readonly orders: OrderService
  readonly authenticate: Authenticate
  readonly qr: QrRenderer
  /** Without a slash at its end. */
  readonly publicBaseUrl: string
}

export function orderRoutes(deps: OrderRoutesDeps): Route[] {
  return [generatePayCode(deps), payResult(deps), getOrder(deps), closeOrder(deps)]
}

function generatePayCode({ orders, authenticate, qr, publicBaseUrl }: OrderRoutesDeps): Route {
  return {
    method: 'POST',
    path: '/api/orders/generatepaycode',
    summary: 'Order, once for each outBusinessId, with a new pay record and its QR',
    documented: {
      operationId: 'generatePayCode',
      tag: 'orders',
      access: 'user',
      problems: [
        'invalid_id',
        'invalid_amount',
        'not_yours',
        'choice_not_found',
        'unknown_order_type',
        'price_mismatch',
        'nothing_to_pay',
        'business_id_conflict',
        'order_already_paid',
        'order_already_refunded',
        'state_conflict',
        'ids_unavailable',
      ],
    },
    query: payCodeQuerySchema,
    body: addOrderSchema,
    answer: payCodeSchema,
    async handle(c) {
      const { userId } = await authenticate(c.req.raw)
      const { qrcode: format } = readQuery(c, payCodeQuerySchema)
      const payRecord = await orders.createOrder(userId, readAddOrder(await readJson(c)))
      const payUrl = `${publicBaseUrl}/p/${payRecord.token}`
      return jsonAnswer({ ...writePayRecord(payRecord), payUrl, qrcode: await qr.dataUrl(payUrl, format) })
    },
  }
}

function payResult({ orders, authenticate }: OrderRoutesDeps): Route {
  return {
    method: 'GET',
    path: '/api/orders/payresult',
    summary: 'The pay record, after the gateway was asked if it is still unpaid',
    documented: {
      operationId: 'payResult',
      tag: 'orders',
      access: 'user',
      problems: ['invalid_id', 'not_yours', 'pay_record_not_found'],
    },
    query: payNoQuerySchema,
    answer: payRecordSchema,
    async handle(c) {
      const actor = await authenticate(c.req.raw)
      return jsonAnswer(writePayRecord(await orders.queryPayResult(payNo(c.req.query('payNo')), actor)))
    },
  }
}

function getOrder({ orders, authenticate }: OrderRoutesDeps): Route {
  return {
    method: 'GET',
    path: '/api/orders/:orderId',
    summary: 'An order with its goods, pay records and refunds',
    documented: {
      operationId: 'getOrder',
      tag: 'orders',
      access: 'user',
      problems: ['invalid_id', 'not_yours', 'order_not_found'],
    },
    answer: orderSchema,
    async handle(c) {
      const actor = await authenticate(c.req.raw)
      return jsonAnswer(writeOrder(await orders.getOrder(orderId(c.req.param('orderId')), actor)))
    },
  }
}

function closeOrder({ orders, authenticate }: OrderRoutesDeps): Route {
  return {
    method: 'POST',
    path: '/api/orders/:orderId/close',
    summary: 'Close an unpaid order, here and at the gateway',
    documented: {
      operationId: 'closeOrder',
      tag: 'orders',
      access: 'user',
      problems: [
        'invalid_id',
        'not_yours',
        'order_not_found',
        'order_already_paid',
        'order_already_refunded',
        'state_conflict',
        'gateway_unknown',
      ],
    },
    answer: orderSchema,
    async handle(c) {
      const actor = await authenticate(c.req.raw)
      return jsonAnswer(writeOrder(await orders.closeOrder(orderId(c.req.param('orderId')), actor)))
    },
  }
}
