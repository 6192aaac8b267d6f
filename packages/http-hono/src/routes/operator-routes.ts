import {
  CheckoutError,
  messageId,
  type OperatorService,
  type OperatorViews,
  type OrderService,
  orderId,
  payNo,
} from '@coursepay/core'
import type { Authenticate } from '../authentication/authenticate.js'
import { readJson } from '../request/json-body.js'
import { jsonAnswer, type Route } from '../route.js'
import {
  askedNowSchema,
  messageSchema,
  stuckSchema,
  timelineSchema,
  writeAskedNow,
  writeMessage,
  writeStuck,
  writeTimeline,
} from '../wire/operator-answers.js'
import { refundSchema, writeRefund } from '../wire/order-answers.js'
import { readRefundRequest, refundRequestSchema } from '../wire/refund-request.js'

export interface OperatorRoutesDeps {
  readonly orders: OrderService
  readonly operator: OperatorService
  readonly views: OperatorViews
  readonly authenticate: Authenticate
}

/** What operators do and see. Each asks first whether the caller is one. */
export function operatorRoutes(deps: OperatorRoutesDeps): Route[] {
  return [refund(deps), timeline(deps), askNow(deps), stuck(deps), redeliver(deps)]
}

async function mustBeOperator(authenticate: Authenticate, request: Request) {
  const actor = await authenticate(request)
  if (!actor.operator) throw new CheckoutError('operators_only', 'This is for operators only.')
  return actor
}

function refund({ orders, authenticate }: OperatorRoutesDeps): Route {
  return {
    method: 'POST',
    path: '/api/orders/:orderId/refunds',
    summary: 'Refund all or part; the same outRequestNo never pays twice',
    documented: {
      operationId: 'refundOrder',
      tag: 'operators',
      access: 'operator',
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
    },
    body: refundRequestSchema,
    answer: refundSchema,
    async handle(c) {
      const actor = await mustBeOperator(authenticate, c.req.raw)
      const request = readRefundRequest(await readJson(c))
      return jsonAnswer(writeRefund(await orders.refundOrder(orderId(c.req.param('orderId')), request, actor)))
    },
  }
}

function timeline({ views, authenticate }: OperatorRoutesDeps): Route {
  return {
    method: 'GET',
    path: '/api/ops/payments/:payNo/timeline',
    summary: 'Everything that happened to one payment, in order',
    documented: {
      operationId: 'timeline',
      tag: 'operators',
      access: 'operator',
      problems: ['invalid_id', 'pay_record_not_found'],
    },
    answer: timelineSchema,
    async handle(c) {
      await mustBeOperator(authenticate, c.req.raw)
      return jsonAnswer(writeTimeline(await views.timeline(payNo(c.req.param('payNo')))))
    },
  }
}

function askNow({ operator, authenticate }: OperatorRoutesDeps): Route {
  return {
    method: 'POST',
    path: '/api/ops/payments/:payNo/ask',
    summary: 'Ask the gateway about one payment now, in whatever state it is, and settle what it proves',
    documented: {
      operationId: 'askNow',
      tag: 'operators',
      access: 'operator',
      problems: ['invalid_id', 'pay_record_not_found', 'ids_unavailable'],
    },
    answer: askedNowSchema,
    async handle(c) {
      const actor = await mustBeOperator(authenticate, c.req.raw)
      return jsonAnswer(writeAskedNow(await operator.queryNow(payNo(c.req.param('payNo')), actor)))
    },
  }
}

function stuck({ views, authenticate }: OperatorRoutesDeps): Route {
  return {
    method: 'GET',
    path: '/api/ops/stuck',
    summary: 'What waits, and why',
    documented: {
      operationId: 'stuck',
      tag: 'operators',
      access: 'operator',
    },
    answer: stuckSchema,
    async handle(c) {
      await mustBeOperator(authenticate, c.req.raw)
      return jsonAnswer(writeStuck(await views.stuck()))
    },
  }
}

function redeliver({ operator, authenticate }: OperatorRoutesDeps): Route {
  return {
    method: 'POST',
    path: '/api/ops/outbox/:id/redeliver',
    summary: 'Put a dead message back',
    documented: {
      operationId: 'redeliver',
      tag: 'operators',
      access: 'operator',
      problems: ['invalid_id', 'dead_message_not_found'],
    },
    answer: messageSchema,
    async handle(c) {
      const actor = await mustBeOperator(authenticate, c.req.raw)
      return jsonAnswer(writeMessage(await operator.redeliver(messageId(c.req.param('id')), actor)))
    },
  }
}
