import type { OrderType } from '@coursepay/core'

/** For whom a token is that asks a seller for prices. */
export const priceAudience = (orderType: OrderType): string => `price:${orderType}`
