import { CheckoutError, type OrderType } from '@coursepay/core'
import type { Context } from 'hono'
import { SignJWT } from 'jose'
import { requireBearerToken, secretKeyOf, verifyToken } from './verify-token.js'

/** The audience of a token between two services begins so. Such a token has one purpose and names no user. */
const PURPOSE_AUDIENCE_PATTERN = /^(?:price|orders):/
const LIFETIME_S = 30

/** The audience of a token that reads a seller's prices. */
export const priceAudienceOf = (orderType: OrderType): string => `price:${orderType}`

/** The audience of a token by which a seller asks the order service about its paid orders. */
export const paidOrdersAudienceOf = (orderType: OrderType): string => `orders:${orderType}`

/** Whether a token is for one purpose. Every route but that purpose's rejects it. */
export const isPurposeAudience = (audience: unknown): boolean =>
  [audience].flat().some((name) => typeof name === 'string' && PURPOSE_AUDIENCE_PATTERN.test(name))

/**
 * Makes the `Authorization` headers of one purpose. Throws `invalid_request` when the secret is shorter than 32 bytes.
 */
export function createPurposeHeaderFactory(audience: string, secret: string): () => Promise<string> {
  const key = secretKeyOf(secret)
  return async () => {
    const token = new SignJWT().setProtectedHeader({ alg: 'HS256', typ: 'JWT' }).setAudience(audience)
    return `Bearer ${await token.setExpirationTime(`${LIFETIME_S}s`).sign(key)}`
  }
}

/** Checks that a request brings a token of this purpose. The result throws `not_authenticated`. */
export function purposeCheck(audience: string, secret: string): (request: Request) => Promise<void> {
  const key = secretKeyOf(secret)
  return async (request) => {
    const { aud } = await verifyToken(requireBearerToken(request), key, { algorithms: ['HS256'], audience })
    const audiences = [aud].flat()
    if (audiences.length > 1) throw new CheckoutError('not_authenticated', 'The token must have one audience.')
  }
}

/**
 * Guards routes with an `{orderType}`: a seller comes with a token for this purpose and its own order type, signed with
 * its own key. The result throws `not_authenticated`.
 */
export function createOrderTypeTokenGuard(
  keys: Iterable<readonly [orderType: OrderType, key: string]>,
  audienceOf: (orderType: OrderType) => string,
): (c: Context) => Promise<void> {
  const checks = new Map(Array.from(keys, ([orderType, key]) => [orderType, purposeCheck(audienceOf(orderType), key)]))
  return async (c) => {
    const check = checks.get(c.req.param('orderType') ?? '')
    if (check === undefined)
      throw new CheckoutError(
        'not_authenticated',
        'This order type has no key here, so no token is accepted. Set its key.',
      )
    await check(c.req.raw)
  }
}
