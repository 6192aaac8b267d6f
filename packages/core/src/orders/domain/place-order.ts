import { DAY_MS } from '../../shared/beijing-day.js'
import { CheckoutError } from '../../shared/checkout-error.js'
import { areSameGoods, readOrderDetail, writeOrderDetail } from '../../shared/goods.js'
import type { OrderId, PayNo, PayToken, UserId } from '../../shared/identifiers.js'
import type { EpochMs } from '../../shared/ports/clock.js'
import type { Offer } from '../../shared/ports/price-source.js'
import { OrderStatus, PayStatus } from '../../shared/status-codes.js'
import type { Order, OrderRequest } from './order.js'
import type { CallbackUrls, Payment } from './payment.js'

/** What stands for the payment's token in the address that buyers come back to. */
const TOKEN_PLACEHOLDER = '{token}'

/** Codes of one order within a day. Each is a question to the gateway when the order is closed. */
export const MAX_PAYMENTS_OF_ORDER_PER_DAY = 200

/** A request with the server's own names and goods, where it has them. */
export function applyOfferToRequest(request: OrderRequest, { orderName, goods }: Offer): OrderRequest {
  return {
    ...request,
    ...(orderName === null ? {} : { orderName }),
    ...(goods === null ? {} : { goods, orderDetail: writeOrderDetail(goods) }),
  }
}

/** A new order, without any payment yet. */
export function placeOrder(facts: {
  readonly id: OrderId
  readonly userId: UserId
  readonly request: OrderRequest
  readonly now: EpochMs
  readonly timeToLiveMs: number
}): Order {
  const { id, userId, now, timeToLiveMs } = facts
  const { goods: _, ...request } = facts.request
  const status = OrderStatus.unpaid
  const expireDate = now + timeToLiveMs
  return { ...request, id, userId, status, createDate: now, expireDate, version: 0, payments: [], refunds: [] }
}

/**
 * May this user add a payment to this order? Unpaid and closed orders may be paid: a closed one is opened again, since
 * an order is never made twice for one choice. Throws `not_yours`, `business_id_conflict`, `order_already_paid`,
 * `order_already_refunded`, `too_many_attempts`.
 */
export function checkUserMayAddPayment(
  order: Order,
  userId: UserId,
  request: OrderRequest,
  offer: Offer,
  now: EpochMs,
): void {
  if (order.userId !== userId)
    throw new CheckoutError('not_yours', 'This order belongs to another user. Choose the item yourself.')
  if (!isSameRequest(order, request, offer)) {
    throw new CheckoutError(
      'business_id_conflict',
      'An order with this outBusinessId and other content exists. Send the same content, or choose again.',
    )
  }
  if (order.status === OrderStatus.paid)
    throw new CheckoutError('order_already_paid', 'This order is paid already. There is no need to pay again.')
  if (order.status === OrderStatus.refunded) {
    throw new CheckoutError('order_already_refunded', 'This order was paid and refunded. Choose again to buy again.')
  }
  if (order.payments.filter(({ createDate }) => createDate > now - DAY_MS).length >= MAX_PAYMENTS_OF_ORDER_PER_DAY) {
    throw new CheckoutError(
      'too_many_attempts',
      `This order has had ${MAX_PAYMENTS_OF_ORDER_PER_DAY} codes today. Try tomorrow.`,
    )
  }
}

/** Names and goods that the server knows are not compared: a course that was renamed is the same purchase. */
function isSameRequest(order: Order, request: OrderRequest, offer: Offer): boolean {
  return (
    order.totalPrice === request.totalPrice &&
    order.orderDescrip === request.orderDescrip &&
    (offer.orderName !== null || order.orderName === request.orderName) &&
    (offer.goods !== null || areSameGoods(readOrderDetail(order.orderDetail), request.goods))
  )
}

/** The order, open until `expireDate`, with one more payment. */
export function addPayment(
  order: Order,
  facts: {
    readonly payNo: PayNo
    readonly token: PayToken
    readonly callbackUrls: CallbackUrls
    readonly now: EpochMs
    readonly expireDate: EpochMs
  },
): Order {
  const { payNo, token, callbackUrls, now, expireDate } = facts
  const payment: Payment = {
    payNo,
    token,
    orderId: order.id,
    userId: order.userId,
    orderName: order.orderName,
    totalPrice: order.totalPrice,
    status: PayStatus.unpaid,
    createDate: now,
    expireDate,
    notifyUrl: callbackUrls.notifyUrl,
    returnUrl: callbackUrls.returnUrl?.replaceAll(TOKEN_PLACEHOLDER, token) ?? null,
    outPayNo: null,
    outPayChannel: null,
    paySuccessTime: null,
    receipt: null,
  }
  return { ...order, status: OrderStatus.unpaid, expireDate, payments: [...order.payments, payment] }
}
