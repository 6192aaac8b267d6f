import type { AssembledCheckout } from './assemble-checkout.js'
import { offerOfChoice } from './learning/application/course-price-source.js'
import type { CourseChoice } from './learning/domain/course-choice.js'
import type { OrderRequest } from './orders/domain/order.js'
import type { Payment } from './orders/domain/payment.js'
import { isCoursesProduct, itemBusinessIdOf, type Product, priceSourceOf } from './products.js'
import { CheckoutError } from './shared/checkout-error.js'
import { writeOrderDetail } from './shared/goods.js'
import { courseId, outBusinessId, type UserId } from './shared/identifiers.js'
import type { Offer } from './shared/ports/price-source.js'
import { ChoiceStatus, OrderType } from './shared/status-codes.js'

/** What a user buys: a product by its name in `products`, and which one of it. For a course, `id` is the courseId. */
export interface BuyRequest {
  readonly product: string
  readonly id: string
}

export interface Purchase {
  /** The order's payment. Null for what is free or owned already. */
  readonly payment: Payment | null
  /** What the buyer opens, or scans as a QR code. Null without a payment. */
  readonly payUrl: string | null
  /** The choice of a course; null for other products. */
  readonly choice: CourseChoice | null
}

/** Choice, order and payment in one call. */
export function createBuy(checkout: AssembledCheckout, products: Readonly<Record<string, Product>>, publicUrl: string) {
  const { orders, learning } = checkout
  const pay = async (user: UserId, request: OrderRequest, choice: CourseChoice | null): Promise<Purchase> => {
    const payment = await orders.service.createOrder(user, request)
    return { payment, payUrl: `${publicUrl}/p/${payment.token}`, choice }
  }
  return async (user: UserId, { product: name, id }: BuyRequest): Promise<Purchase> => {
    const product = Object.hasOwn(products, name) ? products[name] : undefined
    if (product === undefined) {
      throw new CheckoutError(
        'unknown_order_type',
        `There is no product ${name}. Use one of ${Object.keys(products).join(', ')}.`,
      )
    }
    if (!isCoursesProduct(product)) {
      const businessId = itemBusinessIdOf(id, user)
      const offer = await priceSourceOf(product).offerOf({ outBusinessId: businessId, userId: user })
      return pay(user, orderRequestFromOffer(product.orderType, businessId, offer), null)
    }
    const { choice } = await learning.service.chooseCourse(user, courseId(id))
    if (choice.status === ChoiceStatus.succeeded) return { payment: null, payUrl: null, choice }
    const businessId = outBusinessId(choice.id)
    const offer = await learning.prices.offerOf({ outBusinessId: businessId, userId: user })
    return pay(user, orderRequestFromOffer(OrderType.course, businessId, offer), choice)
  }
}

function orderRequestFromOffer(
  orderType: OrderType,
  businessId: OrderRequest['outBusinessId'],
  offer: Offer,
): OrderRequest {
  const goods = offer.goods ?? []
  return {
    outBusinessId: businessId,
    orderType,
    totalPrice: offer.price,
    orderName: offer.orderName ?? orderType,
    orderDescrip: null,
    orderDetail: writeOrderDetail(goods),
    goods,
  }
}

/** The order of a choice of a course. The same choice always makes the same request. */
export const orderRequestForChoice = (choice: CourseChoice): OrderRequest =>
  orderRequestFromOffer(OrderType.course, outBusinessId(choice.id), offerOfChoice(choice))
