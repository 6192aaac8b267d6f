import { CheckoutError, type OrderType, outBusinessId, type PriceSource, userId, writeYuan } from '@coursepay/core'
import type { Authenticate } from '../authentication/authenticate.js'
import { priceQuerySchema } from '../request/query.js'
import { jsonAnswer, type Route } from '../route.js'
import { priceSchema } from '../wire/price-answer.js'

export interface PriceRoutesDeps {
  /** By order type. */
  readonly prices: Readonly<Partial<Record<OrderType, PriceSource>>>
  readonly authenticate: Authenticate
}

/**
 * Tells an order service in another process what something costs and whether this user may pay for it. For operators only: the
 * order service asks with a token of its own, in the buyer's name.
 */
export function priceRoutes({ prices, authenticate }: PriceRoutesDeps): Route[] {
  return [
    {
      method: 'GET',
      path: '/api/prices/:orderType/:outBusinessId',
      summary: 'The price of what is sold here, for the order service',
      documented: {
        operationId: 'priceOf',
        tag: 'service',
        access: 'operator',
        problems: ['invalid_id', 'not_yours', 'unknown_order_type', 'choice_not_found', 'nothing_to_pay'],
      },
      query: priceQuerySchema,
      answer: priceSchema,
      async handle(c) {
        const { operator } = await authenticate(c.req.raw)
        if (!operator) throw new CheckoutError('not_yours', 'Prices are told to the order service only.')
        const orderType = c.req.param('orderType') ?? ''
        const source = Object.hasOwn(prices, orderType) ? prices[orderType] : undefined
        if (source === undefined) throw new CheckoutError('unknown_order_type', 'Nothing is sold here under this type.')
        const question = {
          outBusinessId: outBusinessId(c.req.param('outBusinessId')),
          userId: userId(c.req.query('userId')),
        }
        return jsonAnswer({ price: writeYuan(await source.priceOf(question)) })
      },
    },
  ]
}
