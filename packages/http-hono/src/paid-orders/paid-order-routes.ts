import { type OrderType, outBusinessId } from '@coursepay/core'
import type { PaidMessageResender } from '@coursepay/core/ports'
import { z } from '@hono/zod-openapi'
import { createOrderTypeTokenGuard, paidOrdersAudienceOf } from '../authentication/purpose-token.js'
import { jsonOkResponse, type RouteDefinition } from '../routing/definition.js'
import { createJsonResponse, createOpenApiRouter, type RouteFactory } from '../routing/router.js'
import { opaqueParamReadBy } from '../schemas/values.js'

/** What sellers in other processes may ask about. */
export interface SharedPaidOrders {
  readonly paidMessageResender: PaidMessageResender
  /** `PRICE_KEY_<type>` by order type: each seller's own, on both sides; 32 bytes or more. */
  readonly keys: Readonly<Record<OrderType, string>>
}

const resendMessageRoute = {
  method: 'post',
  path: '/api/paid-orders/{orderType}/{outBusinessId}/resend',
  operationId: 'resendMessage',
  tag: 'service',
  summary: 'Sends the message of a paid order again, for a seller that missed it',
  access: 'orders_token',
  request: { params: z.object({ orderType: z.string(), outBusinessId: opaqueParamReadBy(outBusinessId) }) },
  responses: jsonOkResponse(z.object({ state: z.enum(['sent', 'not_paid']) }).openapi('ResentMessage')),
  problems: ['invalid_id'],
} as const satisfies RouteDefinition

/**
 * Answers sellers in other processes. Each asks with a token for this purpose and its own order type, signed by its own
 * key. Throws `invalid_request` when a key is shorter than 32 bytes.
 */
export function paidOrderRoutes(route: RouteFactory, { paidMessageResender, keys }: SharedPaidOrders) {
  const guard = createOrderTypeTokenGuard(Object.entries(keys), paidOrdersAudienceOf)
  return createOpenApiRouter().openapi(route(resendMessageRoute, { guard }), async (c) => {
    const { orderType, outBusinessId } = c.req.valid('param')
    return createJsonResponse({ state: await paidMessageResender.resendMessage(orderType, outBusinessId) })
  })
}
