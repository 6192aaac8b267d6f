import type { OrderId, PayNo, PayToken, UserId } from '../../shared/identifiers.js'
import type { Fen } from '../../shared/money.js'
import type { OrderStatus } from '../../shared/status-codes.js'
import type { Order, OrderRequest } from '../domain/order.js'
import type { PayRecord } from '../domain/pay-record.js'
import type { Refund, RefundRequest } from '../domain/refund.js'
import type { PayPage } from './payment-gateway.js'

/**
 * Who asks. An operator sees, closes and refunds everyone's orders. The result of a payment is told to its owner only: that is the
 * question of the page that waits for it; an operator looks at the order, or asks the gateway by `OperatorService.askNow`.
 */
export interface Actor {
  readonly userId: UserId
  readonly operator: boolean
}

export interface OrderView {
  readonly order: Order
  readonly payRecords: readonly PayRecord[]
  readonly refunds: readonly Refund[]
}

/** What the outside may ask of the order service. Names are the seed's where it has them. */
export interface OrderService {
  /**
   * Outcome: a new attempt to pay. One order for each `outBusinessId`; one that expired or was closed is opened again.
   * Errors: `price_mismatch`, `unknown_order_type`, `choice_not_found`, `not_yours`, `nothing_to_pay`, `business_id_conflict`,
   * `order_already_paid`, `order_already_refunded`, `store_unavailable`; then nothing is stored.
   * Repeated call: the same order, another attempt. Concurrency: safe. Retry: the buyer.
   */
  createOrder(userId: UserId, request: OrderRequest): Promise<PayRecord>

  /**
   * Outcome: the stored attempt, after the gateway was asked when it was unpaid and its turn had come.
   * An unclear answer of the gateway changes nothing and is no error. Errors: `pay_record_not_found`, `not_yours` (for an operator
   * too).
   */
  queryPayResult(payNo: PayNo, actor: Actor): Promise<PayRecord>

  /** Outcome: the order with all that belongs to it. Errors: `order_not_found`, `not_yours`. */
  getOrder(orderId: OrderId, actor: Actor): Promise<OrderView>

  /**
   * Outcome: the order is closed, here and at the gateway. Errors: `order_not_found`, `not_yours`, `order_already_paid` (also
   * when the gateway says so now), `order_already_refunded`, `gateway_unknown` (then nothing is closed here).
   * Repeated call: the closed order. Retry: the caller.
   */
  closeOrder(orderId: OrderId, actor: Actor): Promise<OrderView>

  /**
   * Outcome: the refund, given back or still pending (an unclear answer is asked about later, under the same number). A full refund
   * also turns order and attempt to refunded and tells everyone. Errors: `operators_only`, `order_not_found`, `order_not_paid`,
   * `order_already_refunded`, `refund_too_large`, `refund_exceeds_rest`, `refund_conflict`, `invalid_amount`.
   * Repeated call with one `outRequestNo`: the same refund, paid once: as it stands while the first caller asks the gateway,
   * and one that failed is tried again.
   * Concurrency: all refunds together never exceed what was paid. Retry: the operator, with the same number.
   */
  refundOrder(orderId: OrderId, request: RefundRequest, actor: Actor): Promise<Refund>
}

/** How an attempt is named on the way to the gateway's page: by the secret in the QR, or by its owner. */
export type PayPageKey =
  | { readonly token: PayToken; readonly payNo?: PayNo }
  | { readonly payNo: PayNo; readonly actor: Actor }

/** The gateway's page, and what is paid there: for who has to explain it before. */
export interface OpenedPayPage extends PayPage {
  readonly orderName: string
  readonly totalPrice: Fen
}

/** What stands here about an attempt whose buyer comes back from the gateway's page. */
export interface ReturnedPayment {
  readonly payRecord: PayRecord
  /** Another attempt may have paid the order. */
  readonly orderStatus: OrderStatus
}

/** `success` tells the gateway to stop; anything else lets it come again. */
export interface NotifyAnswer {
  readonly answer: 'success' | 'fail'
  readonly verdict: string
}

/** The doors between the gateway and us: out to its page, back from there, and its notifications. */
export interface PaymentDoor {
  /**
   * Outcome: the gateway's page for an attempt that may be paid. Errors: `pay_record_not_found`, `not_yours`,
   * `order_already_paid`, `order_already_refunded`, `pay_record_expired`, `order_closed`.
   */
  openPayPage(key: PayPageKey): Promise<OpenedPayPage>

  /**
   * Outcome: the attempt of this token as it is stored, after the gateway was asked when it was unpaid and its turn had come. That
   * somebody comes back proves nothing and changes nothing. Errors: `pay_record_not_found`, `store_unavailable`.
   * Repeated call and concurrency: safe; the gateway is asked no more often for it. Retry: the buyer's browser.
   */
  returnFromPayPage(token: PayToken): Promise<ReturnedPayment>

  /**
   * Outcome: `success` once what the notification says is committed or needs nothing; `fail` for what is not Alipay's or not
   * ours; either way it is in the journal. Errors: `store_unavailable`: nothing is booked and the gateway comes again.
   * Repeated call and concurrency: one change, one message.
   */
  receiveNotify(body: Uint8Array): Promise<NotifyAnswer>
}
