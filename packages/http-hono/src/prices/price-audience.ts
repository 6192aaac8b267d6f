import type { OrderType } from '@coursepay/core'

/** The audience of a token that reads a seller's prices. */
export const priceAudience = (orderType: OrderType): string => `price:${orderType}`
