import type { Course } from './learning/domain/course.js'
import { CheckoutError } from './shared/checkout-error.js'
import { courseId, type OutBusinessId, outBusinessId, type UserId } from './shared/identifiers.js'
import { type Fen, fen } from './shared/money.js'
import type { PriceSource } from './shared/ports/price-source.js'
import { OrderType } from './shared/status-codes.js'

/** Courses with a course table: choosing, paying and learning are the library's. */
export interface CoursesProduct {
  readonly orderType: typeof OrderType.course
  readonly courses: readonly Course[]
}

/**
 * Anything else that a user buys once for each `id`. What happens after payment is the host's, by `checkout.on('paid',
 * …)`.
 */
export interface CustomProduct {
  /** Five to eight digits, such as `60301`; not 60201, which is the courses'. */
  readonly orderType: OrderType
  /** The price in fen and the name that the buyer reads. Null: nothing of this id is for sale to this user. */
  readonly priceOf: (id: string, user: UserId) => Promise<PricedItem | null> | PricedItem | null
}

export interface PricedItem {
  /** In fen, above zero. */
  readonly price: number
  /** Shown to the buyer, and at Alipay. */
  readonly name: string
}

export type Product = CoursesProduct | CustomProduct

/** A course as a school writes it down: the id and the name in plain texts, the price in fen. */
export interface PlainCourse {
  readonly courseId: string
  readonly courseName: string
  /** Zero for a free course. */
  readonly price: number
  /** How long a learner has it, in days from the day it was granted. */
  readonly validDays: number
}

/**
 * The courses of a school. A course whose price is 0 is free. Throws `invalid_id` and `invalid_amount` for what is no
 * id and no price.
 */
export const courses = (list: readonly PlainCourse[]): CoursesProduct => ({
  orderType: OrderType.course,
  courses: list?.map((course) => ({ ...course, courseId: courseId(course.courseId), price: fen(course.price) })),
})

export const isCoursesProduct = (product: Product): product is CoursesProduct => 'courses' in product

/** The catalogue of a shop; null for one that sells no courses. */
export function findCoursesInProducts(products: Readonly<Record<string, Product>>): readonly Course[] | null {
  const lists = Object.values(products).filter(isCoursesProduct)
  return lists.length === 0 ? null : lists.flatMap((product) => product.courses)
}

/** The price sources of all products that are no courses, by order type. */
export const priceSourcesOf = (products: Readonly<Record<string, Product>>): Readonly<Record<OrderType, PriceSource>> =>
  Object.fromEntries(
    Object.values(products).flatMap((product) =>
      isCoursesProduct(product) ? [] : [[product.orderType, priceSourceOf(product)]],
    ),
  )

/**
 * Separates the item from the buyer in an order's business id: an item is sold to many users, an order belongs to one.
 */
const BUSINESS_ID_SEPARATOR = '~'

/** Throws `invalid_id` when item and user together are longer than 64 characters, or the item holds a `~`. */
export function itemBusinessIdOf(id: string, user: UserId): OutBusinessId {
  if (id.includes(BUSINESS_ID_SEPARATOR))
    throw new CheckoutError('invalid_id', `The id of an item must not contain ${BUSINESS_ID_SEPARATOR}.`)
  return outBusinessId(`${id}${BUSINESS_ID_SEPARATOR}${user}`)
}

export function itemIdOf(businessId: OutBusinessId): string {
  return businessId.slice(0, businessId.indexOf(BUSINESS_ID_SEPARATOR))
}

export function priceSourceOf({ orderType, priceOf }: CustomProduct): PriceSource {
  return {
    async offerOf({ outBusinessId: businessId, userId }) {
      const id = itemIdOf(businessId)
      const item = businessId === itemBusinessIdOf(id, userId) ? await priceOf(id, userId) : null
      if (item === null)
        throw new CheckoutError('choice_not_found', `The item ${id} is not for sale to this user. Choose another.`)
      const price: Fen = fen(item.price)
      if (price === 0) throw new CheckoutError('nothing_to_pay', 'This item is free: it needs no order.')
      const line = { goodsId: id, goodsType: orderType, goodsName: item.name, goodsPrice: price, goodsDetail: '' }
      return { price, orderName: item.name, goods: [line] }
    },
  }
}
