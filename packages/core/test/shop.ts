import {
  type Actor,
  type Course,
  courseId,
  fen,
  type Order,
  type OrderRequest,
  type OrderSettings,
  OrderType,
  outBusinessId,
  type Payment,
  type UserId,
  userId,
} from '../src/index.js'
import { type PriceSource, type RateLimiter, readOrderDetail } from '../src/ports.js'
import { inMemoryCheckout } from '../testing/fakes/index.js'

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

export const unlimited: RateLimiter = { tryAcquire: () => true, isExhausted: () => false }

/** A rate limiter that allows so many calls, once. */
export function rateLimiterOf(calls: number): RateLimiter {
  let left = calls
  const isExhausted = () => left <= 0
  return { isExhausted, tryAcquire: () => !isExhausted() && left-- > 0 }
}

/** The in-memory checkout with a buyer's usual ways. */
export async function openShop(
  settings: Partial<OrderSettings> = {},
  priceSources: Readonly<Partial<Record<OrderType, PriceSource>>> = {},
) {
  const checkout = await inMemoryCheckout({ courses: [paidCourse, freeCourse], settings, priceSources })
  const { service, callbacks, operator: operatorService, views } = checkout.orders
  const { service: learning, entitlements } = checkout.learning
  const { orderStore } = checkout
  const choose = async (user = zhang, course = paidCourse) =>
    (await learning.chooseCourse(user, course.courseId)).choice
  const order = async (user = zhang) => service.createOrder(user, requestFor((await choose(user)).id))
  const orderOf = async ({ payNo }: Pick<Payment, 'payNo'>): Promise<Order> => {
    const found = await orderStore.orders.find({ payNo })
    if (found === null) throw new Error(`There is no order with the payment ${payNo}.`)
    return found
  }
  return {
    ...checkout,
    checkout,
    ...{ service, callbacks, operatorService, views, learning, entitlements, choose, order, orderOf },
    /** A second code for the order of this one. */
    orderAgain: async (payment: Payment) =>
      service.createOrder(payment.userId, requestFor((await orderOf(payment)).outBusinessId)),
    /** Creates an order, pays it, and lets the notification come. */
    async buy(user = zhang): Promise<Payment> {
      const payment = await order(user)
      await checkout.pay(payment)
      await checkout.notify(payment)
      return payment
    },
    paymentOf: async ({ payNo }: Pick<Payment, 'payNo'>): Promise<Payment> => {
      const payment = (await orderOf({ payNo })).payments.find((each) => each.payNo === payNo)
      if (payment === undefined) throw new Error(`There is no payment ${payNo}.`)
      return payment
    },
    /** The states of the order of this payment, of all its payments, and of all its refunds. */
    async statesOf(payment: Pick<Payment, 'payNo'>) {
      const { status, payments, refunds } = await orderOf(payment)
      return [status, payments.map((each) => each.status), refunds.map((each) => each.status)]
    },
    refundsOf: async (payment: Payment) =>
      (await orderOf(payment)).refunds.filter(({ payNo }) => payNo === payment.payNo),
    verdictsOf: async ({ payNo }: Payment) =>
      (await orderStore.journal.listOf(payNo)).map(({ source, verdict }) => `${source}: ${verdict}`),
  }
}

/** The code that a call fails with. */
export const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'no error',
    (error) => error.code ?? String(error),
  )

export type Shop = Awaited<ReturnType<typeof openShop>>

/** The gateway refunds from now on, but no answer comes. */
export function loseRefundAnswer({ gateway: { gateway } }: Pick<Shop, 'gateway'>): void {
  const { refund } = gateway
  Object.assign(gateway, {
    async refund(order: Parameters<typeof refund>[0]) {
      await refund(order)
      return { kind: 'unknown', reason: 'no answer came' }
    },
  })
}

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
