import type { OrderType } from '@coursepay/core'
import type { PaidMessageResender, PriceSource } from '@coursepay/core/ports'
import { httpPaidOrders, httpPriceSource, type SharedPrices } from '@coursepay/http-hono'
import type { PriceSourceSettings, Settings } from '../settings/settings.js'

/** Sellers in other processes, by the order type that they sell under. */
export function remotePriceSources(
  sellers: Readonly<Record<OrderType, PriceSourceSettings>>,
): Record<OrderType, PriceSource> {
  return Object.fromEntries(
    Object.entries(sellers).map(([orderType, seller]) => [orderType, httpPriceSource({ ...seller, orderType })]),
  )
}

/**
 * What this process sells, for an order service elsewhere. Nobody may ask for its prices while no `PRICE_KEY_<type>` is
 * set.
 */
export function sharedPricesOf(
  { priceKeys }: Pick<Settings, 'priceKeys'>,
  orderType: OrderType,
  source: PriceSource | undefined,
): SharedPrices {
  const key = priceKeys[orderType]
  return source === undefined || key === undefined ? {} : { [orderType]: { source, key } }
}

/** Where this seller asks about orders that it has not heard of: `ORDERS_URL`. Absent when that is not set. */
export function paidOrdersOf(
  { orders, priceKeys }: Pick<Settings, 'orders' | 'priceKeys'>,
  orderType: OrderType,
): PaidMessageResender | undefined {
  const key = priceKeys[orderType]
  return orders === null || key === undefined ? undefined : httpPaidOrders({ ...orders, orderType, key })
}
