import { ContainerModule } from 'inversify'
import { createCheckout } from './create-checkout.js'
import { createLearningCentre, type LearningCentreParts } from './learning/application/create-learning-centre.js'
import { createOrderCentre, type OrderCentreParts } from './orders/application/create-order-centre.js'
import { systemPayTokens } from './orders/application/system-pay-tokens.js'
import { systemClock, systemScheduler } from './shared/system-time.js'

const identifier = (name: string) => Symbol.for(`coursepay.${name}`)

/** What a container must be given for core's module: ports, bound by the adapters' modules, and settings. */
export const Port = {
  orderUnitOfWork: identifier('OrderUnitOfWork'),
  orderStores: identifier('OrderStores'),
  learningUnitOfWork: identifier('LearningUnitOfWork'),
  learningStores: identifier('LearningStores'),
  courseCatalogue: identifier('CourseCatalogue'),
  paymentGateway: identifier('PaymentGateway'),
  notifyReader: identifier('NotifyReader'),
  messagePublisher: identifier('MessagePublisher'),
  messageSubscriber: identifier('MessageSubscriber'),
  idGenerator: identifier('IdGenerator'),
  clock: identifier('Clock'),
  scheduler: identifier('Scheduler'),
  payTokenGenerator: identifier('PayTokenGenerator'),
  /** Price sources of further order types, by their number; `{}` for courses alone. */
  priceSources: identifier('PriceSources'),
  operationsView: identifier('OperationsView'),
  outboxInspection: identifier('OutboxInspection'),
  orderSettings: identifier('OrderSettings'),
  learningQueue: identifier('LearningQueue'),
  onWorkerError: identifier('OnWorkerError'),
} as const

/** What core's modules bind. */
export const Service = {
  orderCentre: identifier('OrderCentre'),
  learningCentre: identifier('LearningCentre'),
  checkout: identifier('Checkout'),
} as const

type OrderParts = OrderCentreParts
type LearningParts = LearningCentreParts

/** The machine's clock, timers and randomness; left out where a test binds its own. */
export const systemModule = new ContainerModule(({ bind }) => {
  bind(Port.clock).toConstantValue(systemClock)
  bind(Port.scheduler).toConstantValue(systemScheduler)
  bind(Port.payTokenGenerator).toConstantValue(systemPayTokens)
})

/** Parts by name, each with the identifier that it is bound under: the order of `Object.keys` is the order of injection. */
const orderParts = {
  unitOfWork: Port.orderUnitOfWork,
  stores: Port.orderStores,
  gateway: Port.paymentGateway,
  notifyReader: Port.notifyReader,
  priceSources: Port.priceSources,
  clock: Port.clock,
  ids: Port.idGenerator,
  tokens: Port.payTokenGenerator,
  operations: Port.operationsView,
  outboxInspection: Port.outboxInspection,
  settings: Port.orderSettings,
  publisher: Port.messagePublisher,
  scheduler: Port.scheduler,
  onWorkerError: Port.onWorkerError,
} as const satisfies Record<Exclude<keyof OrderParts, 'relay'>, symbol>

const learningParts = {
  unitOfWork: Port.learningUnitOfWork,
  stores: Port.learningStores,
  catalogue: Port.courseCatalogue,
  clock: Port.clock,
  ids: Port.idGenerator,
  subscriber: Port.messageSubscriber,
  queue: Port.learningQueue,
} as const satisfies Record<keyof LearningParts, symbol>

/** Rebuilds the named parts from the injected values; inversify injects by position. */
const named = <Parts>(names: Readonly<Record<string, symbol>>, values: readonly unknown[]): Parts =>
  Object.fromEntries(Object.keys(names).map((name, index) => [name, values[index]])) as Parts

/** The order service alone. Binds `Service.orderCentre`. */
export const orderModule = new ContainerModule(({ bind }) => {
  bind(Service.orderCentre)
    .toResolvedValue(
      (...values: unknown[]) => createOrderCentre(named<OrderParts>(orderParts, values)),
      Object.values(orderParts),
    )
    .inSingletonScope()
})

/** The learning centre alone. Binds `Service.learningCentre`. */
export const learningModule = new ContainerModule(({ bind }) => {
  bind(Service.learningCentre)
    .toResolvedValue(
      (...values: unknown[]) => createLearningCentre(named<LearningParts>(learningParts, values)),
      Object.values(learningParts),
    )
    .inSingletonScope()
})

/** Both in one process. Binds `Service.checkout`. */
export const checkoutModule = new ContainerModule(({ bind }) => {
  const orderNames = Object.values(orderParts)
  bind(Service.checkout)
    .toResolvedValue(
      (...values: unknown[]) =>
        createCheckout({
          orders: named<OrderParts>(orderParts, values.slice(0, orderNames.length)),
          learning: named<LearningParts>(learningParts, values.slice(orderNames.length)),
        }),
      [...orderNames, ...Object.values(learningParts)],
    )
    .inSingletonScope()
})
