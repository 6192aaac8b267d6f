import { CheckoutError } from '../../shared/checkout-error.js'
import type { OrderId, OutBusinessId, UserId } from '../../shared/identifiers.js'
import type { Fen } from '../../shared/money.js'
import type { EpochMs } from '../../shared/ports/clock.js'
import { OrderStatus, type OrderType } from '../../shared/status-codes.js'
import { type OrderGoods, sameGoods } from './order-goods.js'

/** What a buyer asks for, checked for form. Names are the seed's `AddOrderDto`. */
export interface OrderRequest {
  readonly outBusinessId: OutBusinessId
  readonly orderType: OrderType
  readonly totalPrice: Fen
  readonly orderName: string
  readonly orderDescrip: string | null
  /** The JSON text as it was sent; `goods` is what it says. */
  readonly orderDetail: string
  readonly goods: readonly OrderGoods[]
}

/** One thing bought once: there is one order for each `outBusinessId`, however often it is asked for. */
export interface Order extends OrderRequest {
  readonly id: OrderId
  readonly userId: UserId
  readonly status: OrderStatus
  readonly createDate: EpochMs
  /** Unpaid after this moment, the order is closed. A new attempt to pay moves it. */
  readonly expireDate: EpochMs
}

export function newOrder(facts: {
  readonly id: OrderId
  readonly userId: UserId
  readonly request: OrderRequest
  readonly now: EpochMs
  readonly timeToLiveMs: number
}): Order {
  const { id, userId, request, now, timeToLiveMs } = facts
  return { ...request, id, userId, status: OrderStatus.unpaid, createDate: now, expireDate: now + timeToLiveMs }
}

/**
 * May this order take one more attempt to pay? Unpaid and closed ones may (a closed one is opened again, seed: an order is
 * never made twice for one choice). Throws `not_yours`, `business_id_conflict`, `order_already_paid`, `order_already_refunded`.
 */
export function checkNewAttempt(order: Order, userId: UserId, request: OrderRequest): void {
  if (order.userId !== userId) throw new CheckoutError('not_yours', 'This order belongs to another user.')
  if (!sameRequest(order, request)) {
    throw new CheckoutError('business_id_conflict', 'An order with this outBusinessId but other content exists.')
  }
  if (order.status === OrderStatus.paid) throw new CheckoutError('order_already_paid', 'This order is paid.')
  if (order.status === OrderStatus.refunded) {
    throw new CheckoutError('order_already_refunded', 'This order was paid and refunded. Choose again to buy again.')
  }
}

function sameRequest(order: OrderRequest, request: OrderRequest): boolean {
  return (
    order.orderType === request.orderType &&
    order.totalPrice === request.totalPrice &&
    order.orderName === request.orderName &&
    order.orderDescrip === request.orderDescrip &&
    sameGoods(order.goods, request.goods)
  )
}
