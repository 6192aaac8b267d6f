import { inMemoryCheckout } from '../src/fakes/index.js'
import {
  type Actor,
  type Course,
  courseId,
  fen,
  type OrderRequest,
  type OrderSettings,
  OrderType,
  outBusinessId,
  readOrderDetail,
  type UserId,
  userId,
} from '../src/index.js'

export const MINUTE = 60_000
export const paidCourse: Course = {
  courseId: courseId('1'),
  courseName: 'Java 高级',
  price: fen(9_900),
  validDays: 365,
}
export const freeCourse: Course = { courseId: courseId('2'), courseName: '入门', price: fen(0), validDays: 30 }
export const zhang = userId('zhang')
export const li = userId('li')
export const as = (user: UserId): Actor => ({ userId: user, operator: false })
export const operator: Actor = { userId: userId('ops'), operator: true }

/** The in-memory checkout with a buyer's usual ways. */
export async function openShop(settings: Partial<OrderSettings> = {}) {
  const checkout = await inMemoryCheckout({ courses: [paidCourse, freeCourse], settings })
  const { service, door, operator: operatorService } = checkout.orders
  const choose = async (user = zhang, course = paidCourse) =>
    (await checkout.learning.service.chooseCourse(user, course.courseId)).choice
  return {
    ...checkout,
    service,
    door,
    operator: operatorService,
    choose,
    orderTables: checkout.orderStores,
    lessons: checkout.learning.service,
    order: async (user = zhang) => service.createOrder(user, requestFor((await choose(user)).id)),
  }
}

export type Shop = Awaited<ReturnType<typeof openShop>>

export function requestFor(id: string, changes: Partial<OrderRequest> = {}): OrderRequest {
  const { courseName, price } = paidCourse
  const orderDetail = JSON.stringify([
    { goodsId: '1', goodsType: OrderType.course, goodsName: courseName, goodsPrice: '99.00', goodsDetail: '' },
  ])
  return {
    outBusinessId: outBusinessId(id),
    orderType: OrderType.course,
    totalPrice: price,
    orderName: courseName,
    orderDescrip: null,
    orderDetail,
    goods: readOrderDetail(orderDetail),
    ...changes,
  }
}
