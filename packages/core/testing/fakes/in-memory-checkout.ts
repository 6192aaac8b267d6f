import { type Checkout, createCheckout } from '../create-checkout.js'
import type { Course } from '../learning/domain/course.js'
import type { CourseChoice } from '../learning/domain/course-choice.js'
import type { OrderWorker } from '../orders/application/create-order-centre.js'
import type { OrderSettings } from '../orders/application/order-dependencies.js'
import type { OrderRequest } from '../orders/domain/order.js'
import { readOrderDetail } from '../orders/domain/order-goods.js'
import type { PayRecord } from '../orders/domain/pay-record.js'
import type { NotifyAnswer } from '../orders/ports/order-service.js'
import { outBusinessId } from '../shared/identifiers.js'
import { writeYuan } from '../shared/money.js'
import { OrderType } from '../shared/status-codes.js'
import { type InMemoryBroker, inMemoryBroker } from './in-memory-broker.js'
import { type InMemoryLearningStores, inMemoryLearningStores } from './in-memory-learning-stores.js'
import { type InMemoryOrderStores, inMemoryOrderStores } from './in-memory-order-stores.js'
import { type InMemoryPaymentGateway, inMemoryPaymentGateway } from './in-memory-payment-gateway.js'
import { manualScheduler } from './manual-scheduler.js'
import { sequentialIds } from './sequential-ids.js'
import { sequentialTokens } from './sequential-tokens.js'
import { type SettableClock, settableClock } from './settable-clock.js'

/** A whole checkout in memory, with everything around it that a test may want to turn. */
export interface InMemoryCheckout extends Checkout {
  readonly clock: SettableClock
  readonly gateway: InMemoryPaymentGateway
  readonly broker: InMemoryBroker
  readonly orderStores: InMemoryOrderStores
  readonly learningStores: InMemoryLearningStores
  readonly workerErrors: readonly (readonly [OrderWorker, unknown])[]
  /** What the page of a course sends when its choice is to be paid. */
  orderFor(choice: CourseChoice): OrderRequest
  /** The buyer opens the page of an attempt and pays; nobody is told yet. */
  pay(payRecord: PayRecord): Promise<void>
  /** The gateway notifies of an attempt as it is now. */
  notify(payRecord: PayRecord): Promise<NotifyAnswer>
  /** Lets time pass: workers, retries and expiry run when they fall due. */
  advance(ms: number): Promise<void>
}

const defaults: OrderSettings = {
  orderTimeToLiveMs: 30 * 60_000,
  latePolicy: 'refund',
  queryIntervalMs: 1_000,
  queriesPerSecond: 1_000,
  payAddresses: {
    notifyUrl: 'https://shop.test/api/orders/receivenotify',
    returnUrl: 'https://shop.test/p/{token}/return',
  },
}

/** Both services on fakes, started. Time stands still until `advance`. */
export async function inMemoryCheckout(options: {
  readonly courses: readonly Course[]
  readonly settings?: Partial<OrderSettings>
}): Promise<InMemoryCheckout> {
  const clock = settableClock()
  const scheduler = manualScheduler(clock)
  const ids = sequentialIds()
  const orderStores = inMemoryOrderStores(clock)
  const learningStores = inMemoryLearningStores(options.courses)
  const gateway = inMemoryPaymentGateway({ clock })
  const broker = inMemoryBroker(scheduler)
  const workerErrors: [OrderWorker, unknown][] = []
  const checkout = createCheckout({
    orders: {
      ...orderStores,
      ...gateway,
      ...{ scheduler, clock, ids, publisher: broker.publisher, tokens: sequentialTokens() },
      settings: { ...defaults, ...options.settings },
      onWorkerError: (worker, error) => workerErrors.push([worker, error]),
    },
    learning: { ...learningStores, clock, ids, subscriber: broker.subscriber, queue: 'paynotify_queue' },
  })
  await checkout.start()
  const { door } = checkout.orders
  return {
    ...checkout,
    ...{ clock, gateway, broker, orderStores, learningStores, workerErrors, orderFor },
    advance: scheduler.advance,
    async pay({ payNo, token }) {
      await door.openPayPage({ token })
      gateway.buyer.pay(payNo)
    },
    notify: ({ payNo }) => door.receiveNotify(gateway.notify(payNo)),
  }
}

function orderFor({ id, courseId, courseName, coursePrice }: CourseChoice): OrderRequest {
  const goodsPrice = writeYuan(coursePrice)
  const goods = [{ goodsId: courseId, goodsType: OrderType.course, goodsName: courseName, goodsPrice, goodsDetail: '' }]
  const orderDetail = JSON.stringify(goods)
  return {
    outBusinessId: outBusinessId(id),
    orderType: OrderType.course,
    totalPrice: coursePrice,
    orderName: courseName,
    orderDescrip: null,
    orderDetail,
    goods: readOrderDetail(orderDetail),
  }
}
