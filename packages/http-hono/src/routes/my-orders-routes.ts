import type { BuyerService } from '@coursepay/core'
import type { Authenticate } from '../authentication/authenticate.js'
import { pageQuerySchema, readQuery } from '../request/query.js'
import { jsonAnswer, type Route } from '../route.js'
import { orderPageSchema, writeOrder } from '../wire/order-answers.js'

interface MyOrdersDeps {
  readonly buyer: BuyerService
  readonly authenticate: Authenticate
}

export function myOrdersRoutes({ buyer, authenticate }: MyOrdersDeps): Route[] {
  return [
    {
      method: 'GET',
      path: '/api/orders',
      summary: 'My orders, newest first',
      documented: { operationId: 'myOrders', tag: 'orders', access: 'user' },
      query: pageQuerySchema,
      answer: orderPageSchema,
      async handle(c) {
        const { userId } = await authenticate(c.req.raw)
        const { page, size } = readQuery(c, pageQuerySchema)
        const { orders, total } = await buyer.myOrders(userId, page, size)
        return jsonAnswer({ items: orders.map(writeOrder), counts: total, page, pageSize: size })
      },
    },
  ]
}
