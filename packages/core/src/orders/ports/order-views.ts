import type { OrderId, OutBusinessId, UserId } from '../../shared/identifiers.js'
import type { Fen } from '../../shared/money.js'
import type { EpochMs } from '../../shared/ports/clock.js'
import type { OrderStatus, PayStatus } from '../../shared/status-codes.js'
import type { Order } from '../domain/order.js'
import type { Payment } from '../domain/payment.js'
import type { Refund, RefundStatus } from '../domain/refund.js'

export interface BuyerOrdersPage {
  readonly orders: readonly Order[]
  /** Of all orders of this user. */
  readonly total: number
}

/** What operators look for; all that is given must hold. */
export interface OrderFilter {
  readonly status?: OrderStatus | undefined
  readonly userId?: UserId | undefined
  readonly orderId?: OrderId | undefined
  readonly outBusinessId?: OutBusinessId | undefined
  /** The gateway's own trade number of any payment. */
  readonly outPayNo?: string | undefined
  /** Creation time, from (inclusive) and to (exclusive). */
  readonly from?: EpochMs | undefined
  readonly to?: EpochMs | undefined
  /** In fen, both inclusive. */
  readonly minAmount?: Fen | undefined
  readonly maxAmount?: Fen | undefined
}

/** Where a page of a search ended; the next one begins right behind. */
export interface OrderPosition {
  readonly createDate: EpochMs
  readonly id: OrderId
}

export interface OrderSearchPage {
  readonly orders: readonly Order[]
  /** Null when the list ends here. */
  readonly next: OrderPosition | null
}

/** How many there are in each state; states without any may be left out. */
export interface StateCounts {
  readonly orders: Readonly<Partial<Record<OrderStatus, number>>>
  readonly payments: Readonly<Partial<Record<PayStatus, number>>>
  readonly refunds: Readonly<Partial<Record<RefundStatus, number>>>
}

/**
 * Lists of orders for buyers and operators. All of it reads what is committed; every method may fail with
 * `store_unavailable`.
 */
export interface OrderViews {
  /** Outcome: a user's orders, newest first; of one millisecond the higher id first. `offset` counts from 0. */
  pageOf(userId: UserId, offset: number, limit: number): Promise<BuyerOrdersPage>

  /** Outcome: up to `limit` orders that match, newest first, behind `after`. Served by indexes. */
  search(filter: OrderFilter, after: OrderPosition | null, limit: number): Promise<OrderSearchPage>

  /**
   * Outcome: up to `limit` refunds that need attention, oldest first: the pending ones, and the failed ones while their
   * money is still here: of money that paid no order (`surplus`, `late`), and of an operator while the amount is left
   * and no other refund of the payment was opened after the failure. Without an operator nobody refunds that money.
   */
  openRefunds(limit: number): Promise<readonly Refund[]>

  /** Outcome: up to `limit` held payments, oldest first. */
  heldPayments(limit: number): Promise<readonly Payment[]>

  /** Outcome: how many there are of each. Reads an index of every order: not for each request. */
  counts(): Promise<StateCounts>
}
