import type { OrderType } from '@coursepay/core'

/** For whom a token is that a seller asks the order service about its paid orders with. */
export const ordersAudience = (orderType: OrderType): string => `orders:${orderType}`
