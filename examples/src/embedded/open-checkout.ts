import { createInProcessBroker, PAYNOTIFY_QUEUE } from '@coursepay/adapter-mq'
import { openDatabase } from '@coursepay/adapter-sql'
import {
  type Checkout,
  type Course,
  createCheckout,
  type NotifyReader,
  type PaymentGateway,
  systemClock,
  systemPayTokens,
  systemScheduler,
} from '@coursepay/core'

export interface CheckoutOptions {
  /** `sqlite:./data/shop.db`, `mysql://…`, or `sqlite::memory:` for a database that goes with the process. */
  readonly databaseUrl: string
  readonly courses: readonly Course[]
  /** `createAlipay(settings)`, or a gateway of your own. */
  readonly payments: { readonly gateway: PaymentGateway; readonly notifyReader: NotifyReader }
  /** Where the gateway reaches us from outside. */
  readonly notifyUrl: string
  /** Where the buyer comes back to: `…/p/{token}/return` is a page of ours, `{token}` is filled in. */
  readonly returnUrl?: string
}

// #region open-checkout
/** The whole checkout by plain calls, without a container. Nothing listens yet: HTTP is the caller's. */
export async function openCheckout(options: CheckoutOptions): Promise<Checkout> {
  const database = await openDatabase({ url: options.databaseUrl })
  await database.migrate()
  await database.publishCourses(options.courses)
  const broker = createInProcessBroker(systemScheduler)
  const checkout = createCheckout({
    orders: {
      ...options.payments,
      stores: database.orderStores,
      unitOfWork: database.orderUnitOfWork,
      outboxInspection: database.outboxInspection,
      operations: database.operations,
      publisher: broker,
      ids: database.idGenerator,
      clock: systemClock,
      scheduler: systemScheduler,
      tokens: systemPayTokens,
      settings: {
        orderTimeToLiveMs: 30 * 60_000,
        latePolicy: 'refund',
        queryIntervalMs: 1_000,
        payAddresses: { notifyUrl: options.notifyUrl, returnUrl: options.returnUrl ?? null },
      },
      // The worker comes again by itself. Only the name is logged: a driver's message may quote a pay token.
      onWorkerError: (worker, error) => console.error(worker, error instanceof Error ? error.name : 'failed'),
    },
    learning: {
      stores: database.learningStores,
      unitOfWork: database.learningUnitOfWork,
      catalogue: database.catalogue,
      ids: database.idGenerator,
      clock: systemClock,
      subscriber: broker,
      queue: PAYNOTIFY_QUEUE,
    },
  })
  await checkout.start()
  return {
    ...checkout,
    async stop() {
      await checkout.stop()
      await database.close()
    },
  }
}
// #endregion
