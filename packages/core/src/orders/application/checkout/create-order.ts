import { CheckoutError } from '../../../shared/checkout-error.js'
import { checkGoodsTotal } from '../../../shared/goods.js'
import { orderId, payNo, type UserId } from '../../../shared/identifiers.js'
import type { Offer } from '../../../shared/ports/price-source.js'
import { type OrderRequest, requirePayment } from '../../domain/order.js'
import type { Payment } from '../../domain/payment.js'
import { addPayment, applyOfferToRequest, checkUserMayAddPayment, placeOrder } from '../../domain/place-order.js'
import type { OrderService } from '../../ports/order-service.js'
import type { DecideOrder, UseCaseDependencies } from '../update-order.js'

type CreateOrderDependencies = Pick<
  UseCaseDependencies,
  'updateOrder' | 'priceSources' | 'clock' | 'ids' | 'tokens' | 'settings'
>

/** Stores an order, or finds the one there is for this `orderType` and `outBusinessId`, and adds a payment. */
export function createOrder(dependencies: CreateOrderDependencies): OrderService['createOrder'] {
  const { updateOrder, clock, ids, tokens, settings } = dependencies
  return (userId, request) => {
    const { orderType, outBusinessId } = request
    return updateOrder({ orderType, outBusinessId }, deciding(userId, request))
  }

  async function deciding(userId: UserId, request: OrderRequest): Promise<DecideOrder<Payment>> {
    const offer = await loadMatchingOffer(dependencies, userId, request)
    const [id, newPayNo] = await Promise.all([ids.nextId().then(orderId), ids.nextId().then(payNo)])
    const [token, now] = [tokens.nextToken(), clock.now()]
    const timeToLiveMs = settings.orderTimeToLiveMs
    const payment = { payNo: newPayNo, token, callbackUrls: settings.callbackUrls, now, expireDate: now + timeToLiveMs }
    return (order) => {
      if (order !== null) checkUserMayAddPayment(order, userId, request, offer, now)
      const placed =
        order ?? placeOrder({ id, userId, request: applyOfferToRequest(request, offer), now, timeToLiveMs })
      const after = addPayment(placed, payment)
      return { after, result: requirePayment(after, newPayNo) }
    }
  }
}

/** Throws `unknown_order_type`, `price_mismatch`, and what the seller throws. */
async function loadMatchingOffer(
  { priceSources }: CreateOrderDependencies,
  userId: UserId,
  request: OrderRequest,
): Promise<Offer> {
  const source = Object.hasOwn(priceSources, request.orderType) ? priceSources[request.orderType] : undefined
  if (source === undefined) {
    throw new CheckoutError(
      'unknown_order_type',
      `Nothing is sold here under the order type ${request.orderType}. Check orderType.`,
    )
  }
  const offer = await source.offerOf({ outBusinessId: request.outBusinessId, userId })
  if (offer.price !== request.totalPrice) {
    throw new CheckoutError(
      'price_mismatch',
      'totalPrice differs from the price of what is ordered. Read the price, then order again.',
    )
  }
  checkGoodsTotal(request.goods, request.totalPrice)
  return offer
}
