import { type OrderService, payNo } from '@coursepay/core'
import type { Authenticate } from '../authentication/authenticate.js'
import { payNoQuerySchema } from '../request/query.js'
import type { Route } from '../route.js'
import { eventStreamAnswer } from '../stream/event-stream.js'
import { askPayState, isFinal, type PayState } from '../stream/pay-state.js'
import type { PayWatches } from '../stream/pay-watches.js'
import { payEventSchema, writePayEvent } from '../wire/order-answers.js'

interface PayStreamDeps {
  readonly orders: OrderService
  readonly authenticate: Authenticate
  readonly watches: PayWatches
}

/** The pay record as server-sent events: the state at once, each change, and the end with the last one. */
export function payStreamRoutes({ orders, authenticate, watches }: PayStreamDeps): Route[] {
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
        problems: ['invalid_id', 'not_yours', 'pay_record_not_found'],
      },
      query: payNoQuerySchema,
      async handle(c) {
        const actor = await authenticate(c.req.raw)
        const first = await askPayState(orders, payNo(c.req.query('payNo')), actor)
        return eventStreamAnswer((sink) => {
          let told = ''
          const tell = (state: PayState) => {
            const data = JSON.stringify(writePayEvent(state))
            if (data !== told) sink.event('status', data)
            told = data
            if (isFinal(state)) sink.end()
          }
          tell(first)
          if (isFinal(first)) return () => {}
          return watches.join(first.payRecord, actor, { tell, beat: sink.comment, end: sink.end })
        })
      },
    },
  ]
}
