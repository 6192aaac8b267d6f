import { OrderType } from '@coursepay/core'
import { createLearningModule, createTrustedClock, systemScheduler } from '@coursepay/core/assembly'
import {
  type BearerOptions,
  bearerAuthentication,
  createCheckoutApp,
  describeErrorWithoutMessage,
  type Log,
  servicesOf,
} from '@coursepay/http-hono'
import { listen } from '../process/listen.js'
import { findTracer, openBroker, openMigrated, readinessOf } from '../process/open-services.js'
import { paidOrdersOf, sharedPricesOf } from '../process/price-sources.js'
import type { Settings } from '../settings/settings.js'
import { learningQueue } from '../shop/shop-modules.js'

export interface RunningLearning {
  readonly port: number
  stop(): Promise<void>
}

/** Choices, course table and the reader of payment results, with a database of their own. */
export async function startLearning(settings: Settings, tokens: BearerOptions, log: Log): Promise<RunningLearning> {
  await using started = new AsyncDisposableStack()
  const listener = started.adopt(await listen(settings.host, settings.port), (open) => open.close())
  const clock = createTrustedClock({ database: () => store.clock ?? null })
  const store = started.adopt(await openMigrated(settings.databaseUrl, settings.courses, clock), (open) => open.close())
  const messages = started.adopt(await openBroker(settings.broker, log), (open) => open.close())
  const tracer = await findTracer()
  const learning = createLearningModule({
    ...{ clock, scheduler: systemScheduler, ids: store.ids, tracer },
    store: store.learningStore,
    subscriber: messages.subscriber,
    queue: learningQueue(settings),
    paidMessageResender: paidOrdersOf(settings, OrderType.course),
    onResendError: (error) =>
      log.error({ event: 'worker_failed', worker: 'resend', ...describeErrorWithoutMessage(error) }),
  })
  started.defer(() => learning.stop())
  await learning.start()
  const app = createCheckoutApp({
    ...servicesOf({ learning }),
    prices: sharedPricesOf(settings, OrderType.course, learning.prices),
    authenticate: bearerAuthentication(tokens),
    publicBaseUrl: settings.publicBaseUrl ?? `http://localhost:${listener.port}`,
    readiness: readinessOf(store, settings.broker === null ? null : messages),
    writeLimit: settings.writes,
    log,
    tracer,
  })
  listener.serve(app.fetch)

  const running = started.move()
  return {
    port: listener.port,
    async stop() {
      await listener.close()
      await running.disposeAsync()
    },
  }
}
