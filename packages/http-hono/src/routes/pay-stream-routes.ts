import { type OrderService, payNo } from '@coursepay/core'
import type { Authenticate } from '../authentication/authenticate.js'
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
      answer: payEventSchema,
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
