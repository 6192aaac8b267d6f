import type { OutBusinessId, UserId } from '../../shared/identifiers.js'
import type { OrderType } from '../../shared/status-codes.js'
import type { Order } from '../domain/order.js'
import type { BuyerOrdersPage } from './order-views.js'

/** What buyers ask about their own orders. */
export interface BuyerService {
  /** Outcome: the user's orders, newest first. `page` counts from 1. Errors: `store_unavailable`. */
  myOrders(userId: UserId, page: number, size: number): Promise<BuyerOrdersPage>

  /**
   * Outcome: the user's order of this business id, or null; another user's is null too. Errors: `store_unavailable`.
   */
  myOrderFor(userId: UserId, orderType: OrderType, outBusinessId: OutBusinessId): Promise<Order | null>
}
