import type { PaymentCallbacks } from '@coursepay/core'
import type { NotifyAnswer } from '@coursepay/core/ports'
import type { Context, TypedResponse } from 'hono'
import { paymentIdFields } from '../log.js'
import { problemHeaders, problemOf } from '../problem/problem.js'
import { type RouteDefinition, textOkResponse } from '../routing/definition.js'
import type { AnswerFailure, Env } from '../routing/env.js'
import type { Observers } from '../routing/observe.js'
import { readBytes } from '../routing/request-body.js'
import { createOpenApiRouter, type RouteFactory } from '../routing/router.js'

export interface NotifyRoutesDeps extends Observers {
  readonly payments: PaymentCallbacks
}

const notifyDefinition = {
  method: 'post',
  tag: 'payment',
  summary: "Receives the gateway's notification",
  access: 'anyone',
  request: {
    body: { required: true, content: { 'application/x-www-form-urlencoded': { schema: { type: 'object' } } } },
  },
  responses: textOkResponse('text/plain', '`success`, or `fail` for what is not ours'),
  problems: ['store_unavailable', 'ids_unavailable'],
  problemType: 'text/plain',
} as const satisfies Partial<RouteDefinition>

const receiveNotifyRoute = {
  ...notifyDefinition,
  path: '/api/orders/receivenotify',
  operationId: 'receiveNotify',
} as const satisfies RouteDefinition

const payNotifyRoute = {
  ...notifyDefinition,
  path: '/api/orders/paynotify',
  operationId: 'payNotify',
} as const satisfies RouteDefinition

/**
 * Where the gateway notifies. The bytes are passed on unchanged, whatever Content-Type says: Alipay's is malformed, and
 * the signature covers exactly the body's fields. Only the word `success` with status 200 stops its retries.
 */
export function notifyRoutes(route: RouteFactory, { payments, metrics, log }: NotifyRoutesDeps) {
  const receive = async (c: Context<Env>) => {
    const { answer, verdict, explanation, orderId, payNo } = await payments.receiveNotify(await readBytes(c))
    c.set('reference', { orderId, payNo })
    metrics.countNotification(verdict)
    const cause = explanation === undefined ? {} : { explanation }
    log.info({ event: 'notification', answer, verdict, ...cause, ...paymentIdFields({ orderId, payNo }) })
    return createPlainTextResponse(answer, 200)
  }
  const fail: AnswerFailure = (error) => {
    const problem = problemOf(error)
    metrics.countNotification(problem.code)
    return createPlainTextResponse('fail', problem.status, problemHeaders(problem))
  }
  return createOpenApiRouter()
    .openapi(route(receiveNotifyRoute, { fail }), receive)
    .openapi(route(payNotifyRoute, { fail }), receive)
}

function createPlainTextResponse(
  answer: NotifyAnswer['answer'],
  status: number,
  headers: Readonly<Record<string, string>> = {},
): Response & TypedResponse<string, 200, 'text'> {
  const all = { ...headers, 'Content-Type': 'text/plain; charset=utf-8', 'X-Content-Type-Options': 'nosniff' }
  return new Response(answer, { status, headers: all }) as Response & TypedResponse<string, 200, 'text'>
}
