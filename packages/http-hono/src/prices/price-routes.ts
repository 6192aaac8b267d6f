import {
  CheckoutError,
  type Offer,
  type OrderType,
  outBusinessId,
  type PriceSource,
  userId,
  writeOrderDetail,
  writeYuan,
} from '@coursepay/core'
import { purposeCheck } from '../authentication/purpose-token.js'
import { priceQuerySchema } from '../request/query.js'
import { jsonAnswer, type Route } from '../route.js'
import { priceSchema } from '../wire/price-answer.js'
import { priceAudience } from './price-audience.js'

/** What is sold under one order type. */
export interface SoldHere {
  readonly source: PriceSource
  /** `PRICE_KEY_<type>`: this seller's own, on both sides; 32 bytes or more. */
  readonly key: string
}

export interface PriceRoutesDeps {
  readonly prices: Readonly<Partial<Record<OrderType, SoldHere>>>
}

/**
 * Tells an order service in another process what something costs and whether this user may pay for it. The order service asks with a token for this
 * purpose alone, signed by the seller's own key. Throws `invalid_request` when a key is shorter than 32 bytes.
 */
export function priceRoutes({ prices }: PriceRoutesDeps): Route[] {
  const sold = new Map(
    Object.entries(prices).flatMap(([orderType, here]) =>
      here === undefined ? [] : [[orderType, { ...here, check: purposeCheck(priceAudience(orderType), here.key) }]],
    ),
  )
  return [
    {
      method: 'GET',
      path: '/api/prices/:orderType/:outBusinessId',
      summary: 'The price of what is sold here, for the order service',
      documented: {
        operationId: 'priceOf',
        tag: 'service',
        access: 'price_token',
        problems: ['invalid_id', 'not_yours', 'choice_not_found', 'nothing_to_pay', 'choice_outdated'],
      },
      query: priceQuerySchema,
      answer: priceSchema,
      async handle(c) {
        const here = sold.get(c.req.param('orderType') ?? '')
        if (here === undefined) throw new CheckoutError('not_authenticated', 'No token opens this order type here.')
        await here.check(c.req.raw)
        const question = {
          outBusinessId: outBusinessId(c.req.param('outBusinessId')),
          userId: userId(c.req.query('userId')),
        }
        return jsonAnswer(writeOffer(await here.source.offerOf(question)))
      },
    },
  ]
}

const writeOffer = ({ price, orderName, goods }: Offer) => ({
  price: writeYuan(price),
  orderName,
  orderDetail: goods === null ? null : writeOrderDetail(goods),
})
