import {
  inMemoryBroker,
  inMemoryLearningStores,
  inMemoryOrderStores,
  inMemoryPaymentGateway,
  manualScheduler,
  sequentialIds,
  sequentialTokens,
  settableClock,
} from '../src/fakes/index.js'
import {
  type Actor,
  type Course,
  courseId,
  createCheckout,
  fen,
  type LatePaymentPolicy,
  type OrderRequest,
  OrderType,
  type OrderWorker,
  outBusinessId,
  type PayRecord,
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

/** A whole shop in memory: both services, a gateway with a buyer, a broker; time passes by `advance`. */
export async function openShop(settings: { latePolicy?: LatePaymentPolicy } = {}) {
  const clock = settableClock()
  const scheduler = manualScheduler(clock)
  const orders = inMemoryOrderStores(clock)
  const learning = inMemoryLearningStores([paidCourse, freeCourse])
  const gateway = inMemoryPaymentGateway({ clock })
  const broker = inMemoryBroker(scheduler)
  const ids = sequentialIds()
  const workerErrors: [OrderWorker, unknown][] = []
  const checkout = createCheckout({
    orders: {
      ...orders,
      ...gateway,
      publisher: broker.publisher,
      scheduler,
      clock,
      ids,
      tokens: sequentialTokens(),
      settings: {
        orderTimeToLiveMs: 30 * MINUTE,
        latePolicy: settings.latePolicy ?? 'refund',
        queryIntervalMs: 1_000,
        payAddresses: { notifyUrl: 'https://shop.test/api/orders/receivenotify', returnUrl: null },
      },
      onWorkerError: (worker, error) => workerErrors.push([worker, error]),
    },
    learning: { ...learning, clock, ids, subscriber: broker.subscriber, queue: 'paynotify_queue' },
  })
  await checkout.start()

  const { service, door } = checkout.orders
  const choose = async (user = zhang, course = paidCourse) =>
    (await checkout.learning.service.chooseCourse(user, course.courseId)).choice
  const order = async (user = zhang) => service.createOrder(user, requestFor((await choose(user)).id))
  return {
    ...checkout,
    checkout,
    service,
    door,
    clock,
    gateway,
    broker,
    orderTables: orders,
    learningTables: learning,
    workerErrors,
    choose,
    order,
    lessons: checkout.learning.service,
    advance: scheduler.advance,
    /** The buyer opens the page of an attempt and pays; nobody is told yet. */
    async pay(attempt: PayRecord) {
      await door.openPayPage({ token: attempt.token })
      gateway.buyer.pay(attempt.payNo)
    },
    notify: (attempt: PayRecord) => door.receiveNotify(gateway.notify(attempt.payNo)),
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
