import type { Clock, OrderService, UserId } from '@coursepay/core'
import type { Caller } from '../authentication/authenticate.js'
import { TransportError } from '../problem/problem.js'
import type { RouteDefinition } from '../routing/definition.js'
import { createOpenApiRouter, type RouteFactory } from '../routing/router.js'
import { payEventSchema, writePayEvent } from '../schemas/order.js'
import { payNoQuerySchema } from '../schemas/query.js'
import { type EventSink, eventStreamAnswer } from '../stream/event-stream.js'
import { isFinal, type PaymentWithOrderStatus, queryPaymentWithOrderStatus } from '../stream/pay-state.js'
import type { PayWatches } from '../stream/pay-watches.js'

/** More than the open pages of one user. */
const MAX_STREAMS_PER_USER = 32

export interface PayStreamRoutesDeps {
  readonly orders: OrderService
  readonly clock: Clock
  readonly watches: PayWatches
}

const payResultStreamRoute = {
  method: 'get',
  path: '/api/orders/payresult/stream',
  operationId: 'payResultStream',
  tag: 'orders',
  summary: 'The pay record as server-sent events, until it or its order is paid, refunded or closed',
  access: 'user',
  request: { query: payNoQuerySchema },
  responses: {
    200: {
      description: '`event: status` with a PayEvent as its data, for each change',
      content: { 'text/event-stream': { schema: payEventSchema } },
    },
  },
  missingCode: 'pay_record_not_found',
  problems: ['invalid_id', 'too_many_requests'],
} as const satisfies RouteDefinition

/** The pay record as server-sent events: the state at once, each change, and the end with the last one. */
export function payStreamRoutes(route: RouteFactory, { orders, clock, watches }: PayStreamRoutesDeps) {
  const streams = createStreamCounts()
  return createOpenApiRouter().openapi(route(payResultStreamRoute), async (c) => {
    const caller = c.get('caller')
    const first = await queryPaymentWithOrderStatus(orders, c.req.valid('query').payNo, caller)
    c.set('reference', first.payment)
    streams.check(caller.userId)
    return eventStreamAnswer(c, (sink) => {
      const close = streams.open(caller.userId)
      const { sendState, sendHeartbeat } = createPayStateSender(sink, caller, clock)
      sendState(first)
      const leave = isFinal(first)
        ? null
        : watches.join(first.payment, caller, { sendState, sendHeartbeat, end: sink.end })
      return () => {
        leave?.()
        close()
      }
    })
  })
}

/** Sends each change once. The stream ends with the payment or with the caller's token. */
function createPayStateSender(sink: EventSink, { expiresAt = Number.POSITIVE_INFINITY }: Caller, clock: Clock) {
  let sent = ''
  const endWhenExpired = () => {
    if (clock.now() >= expiresAt) sink.end()
  }
  return {
    sendState(state: PaymentWithOrderStatus) {
      const data = JSON.stringify(writePayEvent(state))
      if (data !== sent) sink.event('status', data)
      sent = data
      if (isFinal(state)) sink.end()
      else endWhenExpired()
    },
    sendHeartbeat() {
      sink.comment()
      endWhenExpired()
    },
  }
}

function createStreamCounts() {
  const counts = new Map<UserId, number>()
  return {
    /** Throws `too_many_requests`. */
    check(userId: UserId): void {
      if ((counts.get(userId) ?? 0) < MAX_STREAMS_PER_USER) return
      throw new TransportError(
        'too_many_requests',
        `This user has ${MAX_STREAMS_PER_USER} streams open, which is the limit. Close one.`,
      )
    },
    /** Counts one more; the returned function takes it away again. */
    open(userId: UserId): () => void {
      counts.set(userId, (counts.get(userId) ?? 0) + 1)
      return () => {
        const left = (counts.get(userId) ?? 0) - 1
        if (left > 0) counts.set(userId, left)
        else counts.delete(userId)
      }
    },
  }
}
