import { type Clock, type OrderService, payNo, type UserId } from '@coursepay/core'
import type { Authenticate, Caller } from '../authentication/authenticate.js'
import { TransportError } from '../problem/transport-error.js'
import { payNoQuerySchema } from '../request/query.js'
import type { Route } from '../route.js'
import { type EventSink, eventStreamAnswer } from '../stream/event-stream.js'
import { isFinal, type PayState, queryPayState } from '../stream/pay-state.js'
import type { PayWatches } from '../stream/pay-watches.js'
import { payEventSchema, writePayEvent } from '../wire/order-answers.js'

/** A user with more open pages than this has a program that asks too much. */
const MAX_STREAMS_PER_USER = 32

export interface PayStreamDeps {
  readonly orders: OrderService
  readonly authenticate: Authenticate
  readonly clock: Clock
  readonly watches: PayWatches
}

/** The pay record as server-sent events: the state at once, each change, and the end with the last one. */
export function payStreamRoutes({ orders, authenticate, watches, clock }: PayStreamDeps): Route[] {
  const streams = streamCounts()
  return [
    {
      method: 'GET',
      path: '/api/orders/payresult/stream',
      summary: 'The pay record as server-sent events, until it or its order is paid, refunded or closed',
      documented: {
        operationId: 'payResultStream',
        tag: 'orders',
        access: 'user',
        answers: [
          {
            status: 200,
            type: 'text/event-stream',
            description: '`event: status` with a PayEvent as its data, for each change',
            schema: payEventSchema,
          },
        ],
        problems: ['invalid_id', 'not_yours', 'pay_record_not_found', 'too_many_requests'],
      },
      query: payNoQuerySchema,
      async handle(c) {
        const caller = await authenticate(c.req.raw)
        const first = await queryPayState(orders, payNo(c.req.query('payNo')), caller)
        // Nobody reads the answer of HEAD, so nobody would end its stream either.
        const close = c.req.method === 'HEAD' ? undefined : streams.open(caller.userId)
        return eventStreamAnswer((sink) => {
          const { tell, beat } = payTeller(sink, caller, clock)
          tell(first)
          return isFinal(first) ? () => {} : watches.join(first.payment, caller, { tell, beat, end: sink.end })
        }, close)
      },
    },
  ]
}

/** Tells each change once, and ends with the payment or with the proof of who is asking. */
function payTeller(sink: EventSink, { expiresAt = Number.POSITIVE_INFINITY }: Caller, clock: Clock) {
  let told = ''
  const endWhenExpired = () => {
    if (clock.now() >= expiresAt) sink.end()
  }
  return {
    tell(state: PayState) {
      const data = JSON.stringify(writePayEvent(state))
      if (data !== told) sink.event('status', data)
      told = data
      if (isFinal(state)) sink.end()
      else endWhenExpired()
    },
    beat() {
      sink.comment()
      endWhenExpired()
    },
  }
}

function streamCounts() {
  const counts = new Map<UserId, number>()
  return {
    /** Counts one more; the returned function takes it away again. Throws `too_many_requests`. */
    open(userId: UserId): () => void {
      const count = counts.get(userId) ?? 0
      if (count >= MAX_STREAMS_PER_USER) {
        throw new TransportError('too_many_requests', `One user has at most ${MAX_STREAMS_PER_USER} streams open.`)
      }
      counts.set(userId, count + 1)
      return () => {
        const left = (counts.get(userId) ?? 0) - 1
        if (left > 0) counts.set(userId, left)
        else counts.delete(userId)
      }
    },
  }
}
