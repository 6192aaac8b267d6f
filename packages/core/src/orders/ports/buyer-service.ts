import type { OutBusinessId, UserId } from '../../shared/identifiers.js'
import type { OrderView } from './order-service.js'

export interface MyOrdersPage {
  readonly views: readonly OrderView[]
  /** Of all orders of this user. */
  readonly total: number
}

/** What buyers ask about all that is their own, wherever they bought it. */
export interface BuyerService {
  /** Outcome: the user's orders with all that belongs to each, newest first. `page` counts from 1. Errors: `store_unavailable`. */
  myOrders(userId: UserId, page: number, size: number): Promise<MyOrdersPage>

  /** Outcome: the user's order of this business id, or null; another user's is null too. Errors: `store_unavailable`. */
  myOrderFor(userId: UserId, outBusinessId: OutBusinessId): Promise<OrderView | null>
}
