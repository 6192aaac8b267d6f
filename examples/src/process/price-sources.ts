import type { OrderType, PriceSource } from '@coursepay/core'
import { type BearerOptions, httpPriceSource } from '@coursepay/http-hono'
import { SettingsError } from '../settings/settings-error.js'
import { serviceAuthorization } from './token.js'

/** Sellers in other processes, by the order type that they sell under. */
export function remotePriceSources(
  addresses: Readonly<Record<OrderType, string>>,
  tokens: BearerOptions,
): Record<OrderType, PriceSource> {
  const entries = Object.entries(addresses)
  const authorization = serviceAuthorization(tokens)
  if (entries.length === 0) return {}
  if (authorization === null) {
    throw new SettingsError(['PRICE_SOURCE_*: needs JWT_SECRET, to sign what is asked of other services'])
  }
  const sourceOf = ([orderType, baseUrl]: [OrderType, string]): [OrderType, PriceSource] => [
    orderType,
    httpPriceSource({ baseUrl, orderType, authorization }),
  ]
  return Object.fromEntries(entries.map(sourceOf))
}
