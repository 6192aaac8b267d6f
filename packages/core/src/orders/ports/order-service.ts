import type { OrderId, OutBusinessId, PayNo, PayToken, UserId } from '../../shared/identifiers.js'
import type { Fen } from '../../shared/money.js'
import type { PaymentIds } from '../../shared/payment-ids.js'
import type { OrderType } from '../../shared/status-codes.js'
import type { Order, OrderRequest } from '../domain/order.js'
import type { Payment } from '../domain/payment.js'
import type { Refund, RefundRequest } from '../domain/refund.js'
import type { BuyerOrdersPage } from './order-views.js'
import type { PayPage, PayProduct } from './payment-gateway.js'

/**
 * The caller. An operator sees, closes and refunds everyone's orders. Only the owner reads the result of a payment: an
 * operator reads the order, or queries the gateway by `OperatorService.queryNow`.
 */
export interface Actor {
  readonly userId: UserId
  readonly operator: boolean
}

/** What the outside may ask of the order service. Names are the seed's where it has them. */
export interface OrderService {
  /**
   * Outcome: a new payment. One order for each `orderType` and `outBusinessId`; one that expired or was closed is
   * opened again. Errors: `price_mismatch`, `unknown_order_type`, `choice_not_found`, `choice_outdated`, `not_yours`,
   * `nothing_to_pay`, `business_id_conflict`, `order_already_paid`, `order_already_refunded`, `too_many_attempts`,
   * `state_conflict`, `store_unavailable`; then nothing is stored. Repeated call: the same order, another payment.
   * Concurrency: safe. Retry: the buyer.
   */
  createOrder(userId: UserId, request: OrderRequest): Promise<Payment>

  /**
   * Outcome: the stored payment, after a query to the gateway when it was unpaid and a query was due. An unclear answer
   * of the gateway changes nothing and is no error. Errors: `pay_record_not_found`, also for everybody but the owner.
   */
  queryPayResult(payNo: PayNo, actor: Actor): Promise<Payment>

  /** Outcome: the order with its payments and refunds. Errors: `order_not_found`, also for another user's order. */
  getOrder(orderId: OrderId, actor: Actor): Promise<Order>

  /**
   * Outcome: the order is closed, here and at the gateway. Errors: `order_not_found`, `order_already_paid` (also
   * when the gateway says so now), `order_already_refunded`, `gateway_unknown` (then nothing is closed here).
   * Repeated call: the closed order. Retry: the caller.
   */
  closeOrder(orderId: OrderId, actor: Actor): Promise<Order>

  /**
   * Outcome: the refund, succeeded, failed or still pending (an unclear one is processed again later, under the same
   * number). A full refund also ends order and payment. Every refund sends a message. Errors: `operators_only`,
   * `order_not_found`, `order_not_paid`, `order_already_refunded`, `refund_too_large`, `refund_exceeds_rest`,
   * `refund_conflict`, `invalid_amount`. Repeated call with one `outRequestNo`: the same refund, executed once: as it
   * stands while the first caller waits for the gateway; one that failed is tried again. Concurrency: all refunds
   * together never exceed what was paid. Retry: the operator, with the same number.
   */
  refundOrder(orderId: OrderId, request: RefundRequest, actor: Actor): Promise<Refund>
}

/** What buyers ask about their own orders. */
export interface BuyerService {
  /** Outcome: the user's orders, newest first. `page` counts from 1. Errors: `store_unavailable`. */
  myOrders(userId: UserId, page: number, size: number): Promise<BuyerOrdersPage>

  /**
   * Outcome: the user's order of this business id, or null; another user's is null too. Errors: `store_unavailable`.
   */
  myOrderFor(userId: UserId, orderType: OrderType, outBusinessId: OutBusinessId): Promise<Order | null>
}

/** How a payment is named on the way to the gateway's page: by the token in the QR, or by its owner. */
export type PayPageKey =
  | { readonly token: PayToken; readonly payNo?: PayNo }
  | { readonly payNo: PayNo; readonly actor: Actor }

/** The gateway's page, and what is paid there, for a page that explains it first. */
export interface OpenedPayPage extends PayPage, PaymentIds {
  readonly orderName: string
  readonly totalPrice: Fen
}

/**
 * The stored payment of a buyer who comes back from the gateway's page, with its order: another payment may have paid
 * it.
 */
export interface ReturnedPayment {
  readonly payment: Payment
  readonly order: Order
}

/**
 * `success` ends the gateway's notifications; after anything else it repeats them. The numbers are those of a verified
 * notification.
 */
export interface NotifyAnswer extends PaymentIds {
  readonly answer: 'success' | 'fail'
  readonly verdict: string
  /** What probably happened to a rejected body on its way, as a sentence; absent when that cannot be told. */
  readonly explanation?: string | undefined
}

/** Where a payment meets the gateway: the way to its page, the way back, and its notifications. */
export interface PaymentCallbacks {
  /**
   * Outcome: the gateway's page for a payment that may be paid; `product` is for the device. Errors:
   * `pay_record_not_found`, `order_already_paid`, `order_already_refunded`, `pay_record_expired`, `order_closed`.
   */
  openPayPage(key: PayPageKey, product?: PayProduct): Promise<OpenedPayPage>

  /**
   * Outcome: the payment of this token as it is stored, after a query to the gateway when it was unpaid and a query was
   * due. The visit itself proves and changes nothing. Errors: `pay_record_not_found`, `store_unavailable`. Repeated
   * call and concurrency: safe; they cause no more queries. Retry: the buyer's browser.
   */
  returnFromPayPage(token: PayToken): Promise<ReturnedPayment>

  /**
   * Outcome: `success` once what the notification says is committed or needs nothing; `fail` for what is not Alipay's
   * or not ours. It is journalled, within limits. Errors: `store_unavailable`: nothing is booked, and the gateway
   * notifies again. Repeated call and concurrency: one change, one message.
   */
  receiveNotify(body: Uint8Array): Promise<NotifyAnswer>
}
