import type { BuyerOrders } from '../orders/ports/buyer-orders.js'
import { byAge } from './by-age.js'
import type { OrderSession } from './in-memory-order-tables.js'

export function inMemoryBuyerOrders(session: OrderSession): BuyerOrders {
  return {
    page: (userId, offset, limit) =>
      session.read(({ orders }) => {
        const oldestFirst = orders
          .all()
          .filter((order) => order.userId === userId)
          .sort(
            byAge(
              (order) => order.createDate,
              (order) => order.id,
            ),
          )
        return { orders: oldestFirst.reverse().slice(offset, offset + limit), total: oldestFirst.length }
      }),
  }
}
