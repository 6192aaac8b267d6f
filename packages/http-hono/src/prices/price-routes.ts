import { CheckoutError, type OrderType, outBusinessId, writeYuan } from '@coursepay/core'
import { type Offer, type PriceSource, writeOrderDetail } from '@coursepay/core/ports'
import { z } from '@hono/zod-openapi'
import type { Hono } from 'hono'
import { createOrderTypeTokenGuard, priceAudienceOf } from '../authentication/purpose-token.js'
import { type Log, silentLog } from '../log.js'
import { createMetrics } from '../metrics.js'
import { jsonOkResponse, type RouteDefinition } from '../routing/definition.js'
import { errorToResponse } from '../routing/observe.js'
import { createJsonResponse, createOpenApiRouter, createRouteFactory, type RouteFactory } from '../routing/router.js'
import { priceBuyerQuerySchema } from '../schemas/query.js'
import { opaqueParamReadBy, stringSchema, yuanSchema } from '../schemas/values.js'
import { SELLER_CODES } from './http-price-source.js'

/** What is sold under one order type. */
export interface SharedPriceSource {
  readonly source: PriceSource
  /** `PRICE_KEY_<type>`: this seller's own, on both sides; 32 bytes or more. */
  readonly key: string
}

export type SharedPrices = Readonly<Partial<Record<OrderType, SharedPriceSource>>>

const priceSchema = z
  .object({ price: yuanSchema, orderName: stringSchema.nullable(), orderDetail: stringSchema.nullable() })
  .openapi('Price')

const priceRoute = {
  method: 'get',
  path: '/api/prices/{orderType}/{outBusinessId}',
  operationId: 'priceOf',
  tag: 'service',
  summary: 'The price of what is sold here, for the order service',
  access: 'price_token',
  request: {
    params: z.object({ orderType: z.string(), outBusinessId: opaqueParamReadBy(outBusinessId) }),
    query: priceBuyerQuerySchema,
  },
  responses: jsonOkResponse(priceSchema),
  problems: ['invalid_id', ...SELLER_CODES],
} as const satisfies RouteDefinition

/**
 * The prices of this seller, for an order service in another process. The order service sends a token for this purpose
 * alone, signed with the seller's own key. Throws `invalid_request` when a key is shorter than 32 bytes.
 */
export function priceRoutes(route: RouteFactory, prices: SharedPrices) {
  const sold = new Map(
    Object.entries(prices).flatMap(([orderType, here]) => (here === undefined ? [] : [[orderType, here] as const])),
  )
  const guard = createOrderTypeTokenGuard(
    Array.from(sold, ([orderType, { key }]) => [orderType, key]),
    priceAudienceOf,
  )
  return createOpenApiRouter().openapi(route(priceRoute, { guard }), async (c) => {
    const { orderType, outBusinessId } = c.req.valid('param')
    const { userId } = c.req.valid('query')
    const offer = await sold.get(orderType)?.source.offerOf({ outBusinessId, userId })
    if (offer === undefined)
      throw new CheckoutError('unknown_order_type', 'Nothing is sold here under this order type. Check the order type.')
    return createJsonResponse(writeOffer(offer))
  })
}

const writeOffer = ({ price, orderName, goods }: Offer) => ({
  price: writeYuan(price),
  orderName,
  orderDetail: goods === null ? null : writeOrderDetail(goods),
})

/** The price route alone, for a seller with an app of its own: `app.route('/', priceApp(prices))`. */
export function priceApp(prices: SharedPrices, log: Log = silentLog): Hono {
  const route = createRouteFactory({
    authenticate: () => Promise.reject(new Error('A price needs a token that is signed with the key of this seller.')),
    observers: { log, metrics: createMetrics([], log) },
    writeLimiter: () => {},
    publicBaseUrl: 'http://localhost',
  })
  const app = createOpenApiRouter()
  app.onError(errorToResponse)
  return app.route('/', priceRoutes(route, prices)) as unknown as Hono
}
