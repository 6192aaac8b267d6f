import type { BuyerService } from '../../ports/order-service.js'
import type { UseCaseDependencies } from '../update-order.js'

/** A buyer's own orders. An operator is a buyer here, and sees no others. */
export function createBuyerService({ store }: Pick<UseCaseDependencies, 'store'>): BuyerService {
  return {
    myOrders: (userId, page, size) => store.views.pageOf(userId, (page - 1) * size, size),
    async myOrderFor(userId, orderType, outBusinessId) {
      const order = await store.orders.find({ orderType, outBusinessId })
      return order?.userId === userId ? order : null
    },
  }
}
