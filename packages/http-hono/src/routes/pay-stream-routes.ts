import { type OrderService, PayStatus, payNo } from '@coursepay/core'
import type { Authenticate } from '../authentication/authenticate.js'
import type { Route } from '../route.js'
import { eventStreamAnswer } from '../stream/event-stream.js'
import type { PayWatches } from '../stream/pay-watches.js'
import { payRecordSchema, writePayRecord } from '../wire/order-answers.js'

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
      summary: 'The pay record as server-sent events, until it is paid, refunded or closed',
      answer: payRecordSchema,
      async handle(c) {
        const actor = await authenticate(c.req.raw)
        const first = await orders.queryPayResult(payNo(c.req.query('payNo')), actor)
        return eventStreamAnswer((sink) => {
          let told = ''
          const tell = (payRecord: typeof first) => {
            const data = JSON.stringify(writePayRecord(payRecord))
            if (data !== told) sink.event('status', data)
            told = data
            if (payRecord.status !== PayStatus.unpaid) sink.end()
          }
          tell(first)
          if (first.status !== PayStatus.unpaid) return () => {}
          return watches.join(first, actor, { tell, beat: sink.comment, end: sink.end })
        })
      },
    },
  ]
}
