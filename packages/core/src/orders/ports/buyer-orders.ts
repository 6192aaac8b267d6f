import type { UserId } from '../../shared/identifiers.js'
import type { Order } from '../domain/order.js'

export interface BuyerOrdersPage {
  readonly orders: readonly Order[]
  /** Of all orders of this user. */
  readonly total: number
}

/** Orders by who made them (table `xc_orders`). It only reads; every method may fail with `store_unavailable`. */
export interface BuyerOrders {
  /**
   * Outcome: orders of a user with their goods, newest first; of one millisecond the higher id first. `offset` counts from 0.
   * Concurrency: a read of what is committed; an order that is made between two pages moves the others by one.
   */
  page(userId: UserId, offset: number, limit: number): Promise<BuyerOrdersPage>
}
