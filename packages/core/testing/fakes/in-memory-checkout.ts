import { type AssembledCheckout, assembleCheckout } from '../../src/assemble-checkout.js'
import { type BuyRequest, createBuy, orderRequestForChoice, type Purchase } from '../../src/buy.js'
import type { Checkout } from '../../src/create-checkout.js'
import type { Course } from '../../src/learning/domain/course.js'
import type { CourseChoice } from '../../src/learning/domain/course-choice.js'
import { createEventSubscriber } from '../../src/on-event.js'
import type { OrderWorkerName } from '../../src/orders/application/create-order-module.js'
import type { OrderSettings } from '../../src/orders/application/order-dependencies.js'
import type { OrderRequest } from '../../src/orders/domain/order.js'
import type { Payment } from '../../src/orders/domain/payment.js'
import type { Refund } from '../../src/orders/domain/refund.js'
import type { NotifyAnswer } from '../../src/orders/ports/order-service.js'
import { courses, findCoursesInProducts, type Product, priceSourcesOf } from '../../src/products.js'
import { userId } from '../../src/shared/identifiers.js'
import type { Fen } from '../../src/shared/money.js'
import type { PriceSource } from '../../src/shared/ports/price-source.js'
import type { Tracer } from '../../src/shared/ports/tracer.js'
import type { OrderType } from '../../src/shared/status-codes.js'
import { type InMemoryBroker, inMemoryBroker } from './in-memory-broker.js'
import { type InMemoryLearningStore, inMemoryLearningStore } from './in-memory-learning-store.js'
import { type InMemoryOrderStore, inMemoryOrderStore } from './in-memory-order-store.js'
import { type InMemoryPaymentGateway, inMemoryPaymentGateway } from './in-memory-payment-gateway.js'
import { type ManualScheduler, manualScheduler } from './manual-scheduler.js'
import { sequentialIds, sequentialTokens } from './sequential-ids.js'
import { type SettableClock, settableClock } from './settable-clock.js'

/** A whole checkout in memory, with everything around it that a test may want to turn. */
export interface InMemoryCheckout extends AssembledCheckout {
  readonly clock: SettableClock
  readonly gateway: InMemoryPaymentGateway
  readonly broker: InMemoryBroker
  readonly scheduler: ManualScheduler
  readonly orderStore: InMemoryOrderStore
  readonly learningStore: InMemoryLearningStore
  /** Choice, order and payment in one call, as a `Checkout` has it. */
  buy(user: string, item: BuyRequest): Promise<Purchase>
  /** An operator refunds all of a payment, or `amount` of it, in fen. */
  refund(payment: Payment, amount?: Fen): Promise<Refund>
  /** Calls `handler` for each event, as a `Checkout` does. */
  on: Checkout['on']
  readonly workerErrors: readonly (readonly [OrderWorkerName | 'resend', unknown])[]
  /** What the page of a course sends when its choice is to be paid. */
  orderRequestForChoice(choice: CourseChoice): OrderRequest
  /** The buyer opens the page of a payment and pays; no notification comes yet. */
  pay(payment: Payment): Promise<void>
  /** The gateway notifies of a payment as it is now. */
  notify(payment: Payment): Promise<NotifyAnswer>
  /** Lets time pass: workers, retries and expiry run when they fall due. */
  advance(ms: number): Promise<void>
}

const PUBLIC_URL = 'https://shop.test'
const operator = { userId: userId('operator'), operator: true }

const defaultOrderSettings: OrderSettings = {
  orderTimeToLiveMs: 30 * 60_000,
  latePolicy: 'refund',
  queryIntervalMs: 1_000,
  queriesPerSecond: 1_000,
  callbackUrls: {
    notifyUrl: `${PUBLIC_URL}/api/orders/receivenotify`,
    returnUrl: `${PUBLIC_URL}/p/{token}/return`,
  },
}

export interface InMemoryCheckoutOptions {
  /** As `createCheckout` takes them; or `courses` alone, as the product `course`. */
  readonly products?: Readonly<Record<string, Product>>
  readonly courses?: readonly Course[]
  readonly settings?: Partial<OrderSettings>
  /** Sellers beside the learning centre, by order type. */
  readonly priceSources?: Readonly<Partial<Record<OrderType, PriceSource>>>
  readonly tracer?: Tracer | undefined
}

/** Both services on fakes, started. Time stands still until `advance`. */
export async function inMemoryCheckout(options: InMemoryCheckoutOptions): Promise<InMemoryCheckout> {
  const products = options.products ?? { course: courses(options.courses ?? []) }
  const clock = settableClock()
  const scheduler = manualScheduler(clock)
  const ids = sequentialIds()
  const orderStore = inMemoryOrderStore(clock)
  const learningStore = inMemoryLearningStore(findCoursesInProducts(products) ?? [])
  const gateway = inMemoryPaymentGateway({ clock })
  const broker = inMemoryBroker(scheduler)
  const workerErrors: [OrderWorkerName | 'resend', unknown][] = []
  const checkout = assembleCheckout({
    orders: {
      ...{ gateway: gateway.gateway, notifyReader: gateway.notifyReader, publisher: broker.publisher },
      ...{ store: orderStore, scheduler, clock, ids, tokens: sequentialTokens() },
      settings: { ...defaultOrderSettings, ...options.settings },
      tracer: options.tracer,
      priceSources: { ...priceSourcesOf(products), ...options.priceSources },
      onWorkerError: (worker, error) => workerErrors.push([worker, error]),
    },
    learning: {
      ...{ store: learningStore, scheduler, clock, ids, subscriber: broker.subscriber, queue: 'paynotify_queue' },
      tracer: options.tracer,
      onResendError: (error) => workerErrors.push(['resend', error]),
    },
  })
  await checkout.start()
  const { callbacks } = checkout.orders
  const buy = createBuy(checkout, products, PUBLIC_URL)
  let refunds = 0
  return {
    ...checkout,
    ...{ clock, scheduler, gateway, broker, orderStore, learningStore, workerErrors, orderRequestForChoice },
    advance: scheduler.advance,
    buy: (user, item) => buy(userId(user), item),
    on: createEventSubscriber(broker.subscriber, products),
    refund({ orderId }, amount) {
      refunds += 1
      const request = { amount: amount ?? null, reason: 'refunded in a test', outRequestNo: `refund-${refunds}` }
      return checkout.orders.service.refundOrder(orderId, request, operator)
    },
    async pay({ payNo, token }) {
      await callbacks.openPayPage({ token })
      gateway.buyer.pay(payNo)
    },
    notify: ({ payNo }) => callbacks.receiveNotify(gateway.notify(payNo)),
  }
}
