import { type AssembledCheckout, assembleCheckout } from './assemble-checkout.js'
import { type BuyRequest, createBuy, type Purchase } from './buy.js'
import type { OpenedCheckoutStore, OpenedMessages } from './checkout-adapters.js'
import { assertCheckoutOptions, type CheckoutOptions } from './checkout-options.js'
import type { LearningModule } from './learning/application/create-learning-module.js'
import { tracedSubscriber } from './messaging/traced-messages.js'
import { type CheckoutEventName, createEventSubscriber, type EventHandler } from './on-event.js'
import type { OrderModule } from './orders/application/create-order-use-cases.js'
import { findCoursesInProducts, priceSourcesOf } from './products.js'
import { CheckoutError } from './shared/checkout-error.js'
import { userId } from './shared/identifiers.js'
import { paymentIdsInError } from './shared/payment-ids.js'
import type { Clock } from './shared/ports/clock.js'
import type { Subscription } from './shared/ports/message-subscriber.js'
import type { Tracer } from './shared/ports/tracer.js'
import { systemPayTokens } from './shared/system-pay-tokens.js'
import { systemScheduler } from './shared/system-time.js'
import { createTrustedClock } from './shared/trusted-clock.js'

/** A checkout that is open and at work. */
export interface Checkout extends AsyncDisposable {
  readonly orders: OrderModule
  readonly learning: LearningModule
  readonly publicUrl: string
  /** The open adapters, for readiness checks and metrics. */
  readonly store: OpenedCheckoutStore
  readonly messages: OpenedMessages
  readonly tracer: Tracer | undefined
  /**
   * Outcome: the order with a new payment and the address that the buyer opens; for a free course no payment, and the
   * course is in the table. Repeated call: the same order, another payment. Errors: those of `chooseCourse` and
   * `createOrder`.
   *
   * `transaction`: one of the host, on the database of the store. Choice, order and payment are committed with the
   * host's rows, or not at all. On `state_conflict` the host rolls back and runs its transaction again. Errors:
   * `invalid_request` for what is no transaction.
   */
  buy(user: string, item: BuyRequest, options?: { readonly transaction?: unknown }): Promise<Purchase>
  /**
   * Calls `handler` for each event, from the outbox, at least once: the same event may come again. `consumer` names its
   * queue; a consumer sees every event since it was first registered. Throw to have it called again: three tries, then
   * a dead letter. Register consumers as soon as `createCheckout` resolves: inside one process, a message from before a
   * restart goes to those that are there.
   */
  on(event: CheckoutEventName, consumer: string, handler: EventHandler): Promise<Subscription>
  /**
   * Resolves when no worker and no consumer is at work, and the adapters are closed. Repeated call: nothing more
   * happens.
   */
  stop(): Promise<void>
}

const defaultOrderSettings = { orderTimeToLiveMs: 30 * 60_000, latePolicy: 'refund', queryIntervalMs: 1_000 } as const

function logWorkerError(worker: string, error: unknown): void {
  // Only the name: a driver's message may quote a pay token.
  const name = error instanceof Error ? error.name : 'failed'
  const numbers = Object.entries(paymentIdsInError(error)).map(([kind, number]) => `, ${kind} ${number}`)
  console.error(`coursepay ${worker}: ${name}${numbers.join('')}`)
}

/** The console is a web standard; declared here because core is compiled without any runtime's types. */
declare const console: { error(text: string): void }

/**
 * Opens the adapters, wires both services, and starts them. What is missing or contradictory fails at once with a
 * sentence (`invalid_request`); what was opened is closed again.
 */
export async function createCheckout(options: CheckoutOptions): Promise<Checkout> {
  assertCheckoutOptions(options)
  const publicUrl = options.publicUrl.replace(/\/$/, '')
  const closing = createClosingStack()
  try {
    const { clock: ofGateway } = options.payments
    const references = ofGateway === undefined ? [] : [ofGateway]
    const clock = createTrustedClock({ database: () => store?.clock ?? null, references })
    const store: OpenedCheckoutStore = await options.store.open(clock)
    closing.add(() => store.close())
    const messages = await options.messages.open()
    closing.add(() => messages.close())
    const catalogue = findCoursesInProducts(options.products)
    if (catalogue !== null) await store.publishCourses(catalogue)
    // The first id may lease a worker number: a write that would wait for a host's transaction, which waits for it.
    if (store.joinTransaction !== undefined) await store.ids.nextId()
    const assemble = (on: OpenedCheckoutStore) =>
      assembleCheckout(checkoutPartsOf(options, publicUrl, clock, on, messages))
    const checkout = assemble(store)
    closing.add(() => checkout.learning.stop())
    await checkout.learning.start()
    const { tracer } = options
    const on = createEventSubscriber(tracedSubscriber(messages.subscriber, tracer), options.products)
    const buyIn = (services: AssembledCheckout) => createBuy(services, options.products, publicUrl)
    const buy = buyIn(checkout)
    const buyInTransaction = (transaction: unknown) => buyIn(assemble(storeInTransaction(store, transaction)))
    // After the turn in which the host registers its consumers: in one process a message goes to those that are there.
    const cancelStart = systemScheduler.schedule(0, () => checkout.orders.start())
    /** The relay stops first, so that what it sends last still meets the host's consumers. */
    async function stop(): Promise<void> {
      cancelStart()
      await checkout.orders.stop()
      await closing.closeAll()
    }
    return {
      ...{ orders: checkout.orders, learning: checkout.learning, store, messages, tracer, publicUrl },
      stop,
      buy: async (user, item, { transaction } = {}) =>
        (transaction === undefined ? buy : buyInTransaction(transaction))(userId(user), item),
      async on(...given) {
        const subscription = await on(...given)
        closing.add(() => subscription.stop())
        return subscription
      },
      [Symbol.asyncDispose]: stop,
    }
  } catch (error) {
    await closing.closeAll()
    throw error
  }
}

function storeInTransaction(store: OpenedCheckoutStore, transaction: unknown): OpenedCheckoutStore {
  if (store.joinTransaction === undefined) {
    throw new CheckoutError(
      'invalid_request',
      'This store cannot join a transaction of the host: call buy without `transaction`.',
    )
  }
  return { ...store, ...store.joinTransaction(transaction) }
}

/** Closes what was opened, the last first; each once. */
function createClosingStack() {
  const closers: (() => Promise<void>)[] = []
  return {
    add: (close: () => Promise<void>) => void closers.push(close),
    async closeAll(): Promise<void> {
      for (let close = closers.pop(); close !== undefined; close = closers.pop()) await close()
    },
  }
}

function checkoutPartsOf(
  options: CheckoutOptions,
  publicUrl: string,
  clock: Clock,
  store: OpenedCheckoutStore,
  messages: OpenedMessages,
) {
  const { payments, products, settings, queue = 'paynotify_queue', onWorkerError = logWorkerError, tracer } = options
  const system = { clock, scheduler: systemScheduler, ids: store.ids, tracer }
  const callbackUrls = {
    notifyUrl: `${publicUrl}/api/orders/receivenotify`,
    returnUrl: `${publicUrl}/p/{token}/return`,
  }
  return {
    orders: {
      ...system,
      gateway: payments.gateway,
      notifyReader: payments.notifyReader,
      store: store.orderStore,
      publisher: messages.publisher,
      tokens: systemPayTokens,
      priceSources: priceSourcesOf(products),
      settings: { ...defaultOrderSettings, ...settings, callbackUrls },
      onWorkerError,
    },
    learning: {
      ...system,
      store: store.learningStore,
      subscriber: messages.subscriber,
      queue,
      onResendError: (error: unknown) => onWorkerError('resend', error),
    },
  }
}
