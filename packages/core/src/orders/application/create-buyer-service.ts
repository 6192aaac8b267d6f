import type { BuyerService } from '../ports/buyer-service.js'
import { viewOfOrder } from './get-order.js'
import type { OrderDependencies } from './order-dependencies.js'

/** A buyer's own orders. An operator who asks is a buyer here, and sees no others. */
export function createBuyerService({ stores }: Pick<OrderDependencies, 'stores'>): BuyerService {
  return {
    async myOrders(userId, page, size) {
      const { orders, total } = await stores.buyerOrders.page(userId, (page - 1) * size, size)
      return { views: await Promise.all(orders.map((order) => viewOfOrder(stores, order))), total }
    },
    async myOrderFor(userId, outBusinessId) {
      const order = await stores.orders.findBy({ outBusinessId })
      return order === null || order.userId !== userId ? null : viewOfOrder(stores, order)
    },
  }
}
