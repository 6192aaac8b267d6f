import { messageId, type OperatorService, type OperatorViews, type OrderService, orderId, payNo } from '@coursepay/core'
import { z } from '@hono/zod-openapi'
import { jsonOkResponse, jsonRequestBody, type RouteDefinition } from '../routing/definition.js'
import { createJsonResponse, createOpenApiRouter, type RouteFactory } from '../routing/router.js'
import {
  actionsSchema,
  messageSchema,
  queriedPaymentSchema,
  resolveRequestSchema,
  stuckSchema,
  timelineSchema,
  writeActions,
  writeMessage,
  writeQueriedPayment,
  writeStuck,
  writeTimeline,
} from '../schemas/operator.js'
import { payRecordSchema, refundSchema, writeOperatorRefund, writePayRecord } from '../schemas/order.js'
import { refundRequestSchema, toRefundRequest } from '../schemas/refund-request.js'
import { idParamReadBy } from '../schemas/values.js'

export interface OperatorRoutesDeps {
  readonly orders: OrderService
  readonly operator: OperatorService
  readonly views: OperatorViews
}

const payNoParams = z.object({ payNo: idParamReadBy(payNo) })

const refundOrderRoute = {
  method: 'post',
  path: '/api/orders/{orderId}/refunds',
  operationId: 'refundOrder',
  tag: 'operators',
  summary: 'Refund all or part; the same outRequestNo never pays twice',
  access: 'operator',
  writes: true,
  request: { params: z.object({ orderId: idParamReadBy(orderId) }), body: jsonRequestBody(refundRequestSchema) },
  responses: jsonOkResponse(refundSchema),
  problems: [
    'invalid_id',
    'invalid_amount',
    'order_not_found',
    'order_not_paid',
    'order_already_refunded',
    'refund_conflict',
    'refund_exceeds_rest',
    'refund_too_large',
    'ids_unavailable',
  ],
} as const satisfies RouteDefinition

const timelineRoute = {
  method: 'get',
  path: '/api/ops/payments/{payNo}/timeline',
  operationId: 'timeline',
  tag: 'operators',
  summary: 'Everything that happened to one payment, in order',
  access: 'auditor',
  request: { params: payNoParams },
  responses: jsonOkResponse(timelineSchema),
  problems: ['invalid_id', 'pay_record_not_found'],
} as const satisfies RouteDefinition

const queryNowRoute = {
  method: 'post',
  path: '/api/ops/payments/{payNo}/ask',
  operationId: 'queryNow',
  tag: 'operators',
  summary: 'Query the gateway about one payment, in any state, and settle what it proves',
  access: 'operator',
  writes: true,
  request: { params: payNoParams },
  responses: jsonOkResponse(queriedPaymentSchema),
  problems: ['invalid_id', 'pay_record_not_found', 'ids_unavailable'],
} as const satisfies RouteDefinition

const resolveHeldPaymentRoute = {
  method: 'post',
  path: '/api/ops/payments/{payNo}/resolve',
  operationId: 'resolveHeldPayment',
  tag: 'operators',
  summary: 'Resolve held money: it pays the order after all, or it is refunded',
  access: 'operator',
  writes: true,
  request: { params: payNoParams, body: jsonRequestBody(resolveRequestSchema) },
  responses: jsonOkResponse(payRecordSchema),
  problems: ['invalid_id', 'pay_record_not_found', 'payment_not_held', 'order_already_paid', 'ids_unavailable'],
} as const satisfies RouteDefinition

const stuckRoute = {
  method: 'get',
  path: '/api/ops/stuck',
  operationId: 'stuck',
  tag: 'operators',
  summary: 'What needs attention, and why',
  access: 'auditor',
  responses: jsonOkResponse(stuckSchema),
} as const satisfies RouteDefinition

const redeliverRoute = {
  method: 'post',
  path: '/api/ops/outbox/{id}/redeliver',
  operationId: 'redeliver',
  tag: 'operators',
  summary: 'Redeliver a dead letter',
  access: 'operator',
  writes: true,
  request: { params: z.object({ id: idParamReadBy(messageId) }) },
  responses: jsonOkResponse(messageSchema),
  problems: ['invalid_id', 'dead_message_not_found'],
} as const satisfies RouteDefinition

export const operatorRoutes = (route: RouteFactory, { orders, operator, views }: OperatorRoutesDeps) =>
  createOpenApiRouter()
    .openapi(route(refundOrderRoute), async (c) => {
      const request = toRefundRequest(c.req.valid('json'))
      return createJsonResponse(
        writeOperatorRefund(await orders.refundOrder(c.req.valid('param').orderId, request, c.get('caller'))),
      )
    })
    .openapi(route(timelineRoute), async (c) =>
      createJsonResponse(writeTimeline(await views.timeline(c.req.valid('param').payNo))),
    )
    .openapi(route(queryNowRoute), async (c) =>
      createJsonResponse(writeQueriedPayment(await operator.queryNow(c.req.valid('param').payNo, c.get('caller')))),
    )
    .openapi(route(resolveHeldPaymentRoute), async (c) => {
      const { decision, reason } = c.req.valid('json')
      const { payNo } = c.req.valid('param')
      return createJsonResponse(
        writePayRecord(await operator.resolveHeldPayment(payNo, decision, reason, c.get('caller'))),
      )
    })
    .openapi(route(stuckRoute), async () => createJsonResponse(writeStuck(await views.stuck())))
    .openapi(route(redeliverRoute), async (c) => {
      const message = await operator.redeliver(c.req.valid('param').id, c.get('caller'))
      c.set('reference', message)
      return createJsonResponse(writeMessage(message))
    })

const listActionsRoute = {
  method: 'get',
  path: '/api/ops/actions',
  operationId: 'listActions',
  tag: 'operators',
  summary: 'Who did what, when and why; of an order, payment, user or message where `subject` names one',
  access: 'auditor',
  request: { query: z.object({ subject: z.string().max(64).optional() }) },
  responses: jsonOkResponse(actionsSchema),
} as const satisfies RouteDefinition

/** What operators did, also in a learning centre of its own. */
export const actionLogRoutes = (
  route: RouteFactory,
  { actionLog }: { readonly actionLog: Pick<OperatorViews, 'actions'> },
) =>
  createOpenApiRouter().openapi(route(listActionsRoute), async (c) => {
    const { subject = '' } = c.req.valid('query')
    return createJsonResponse(writeActions(await actionLog.actions(subject === '' ? null : subject)))
  })
