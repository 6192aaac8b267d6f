import type { AlipaySandbox } from '@coursepay/adapter-alipay/sandbox'
import { OrderType } from '@coursepay/core'
import { createTrustedClock } from '@coursepay/core/assembly'
import type { MessageSubscriber } from '@coursepay/core/ports'
import {
  type BearerOptions,
  bearerAuthentication,
  checkoutMetrics,
  createCheckoutApp,
  createInMemorySessions,
  createWriteLimiter,
  type Log,
  servicesOf,
} from '@coursepay/http-hono'
import { certificateGauge } from '../process/certificate-ends.js'
import { openGateway } from '../process/gateway.js'
import { listen } from '../process/listen.js'
import { findTracer, openBroker, openMigrated, readinessOf } from '../process/open-services.js'
import { sharedPricesOf } from '../process/price-sources.js'
import type { Settings } from '../settings/settings.js'
import { appWithPages, type CreateApp, schoolSignIn } from './app-with-pages.js'
import { type ShopParts, shopModules } from './shop-modules.js'

/** The order service behind one HTTP server; the learning centre too, unless it runs elsewhere. */
export interface Shop {
  readonly port: number
  readonly publicBaseUrl: string
  /** For one more reader of the messages, with a queue of its own. */
  readonly subscriber: MessageSubscriber
  /** Messages stay in this process. */
  readonly inProcess: boolean
  /** Null when a real gateway is configured. */
  readonly sandbox: AlipaySandbox | null
  /** Answers what was asked, lets each worker end its round, releases every lease. */
  stop(): Promise<void>
}

/** The API, with pages and console in front unless `PAGES=off`. */
const appFor = ({ pages, loginUrl }: Settings): CreateApp =>
  pages ? appWithPages(schoolSignIn(loginUrl)) : createCheckoutApp

/** Starts everything that the settings ask for. What was started is stopped again when a later part fails. */
export async function startShop(
  settings: Settings,
  tokens: BearerOptions,
  log: Log,
  createApp = appFor(settings),
): Promise<Shop> {
  await using started = new AsyncDisposableStack()
  const listener = started.adopt(await listen(settings.host, settings.port), (open) => open.close())
  const publicBaseUrl = settings.publicBaseUrl ?? `http://localhost:${listener.port}`
  const clock = createTrustedClock({
    database: () => store.clock ?? null,
    references: [{ read: () => gateway.alipay.clock.read() }],
  })
  const store = started.adopt(await openMigrated(settings.databaseUrl, settings.courses, clock), (open) => open.close())
  const gateway = await openGateway(settings.alipay, () => clock.now())
  if (gateway.sandbox !== null) started.use(gateway.sandbox)
  const messages = started.adopt(await openBroker(settings.broker, log), (open) => open.close())

  const parts = { clock, settings, tokens, log, publicBaseUrl, store, gateway, messages, tracer: await findTracer() }
  const { orders, learning } = shopModules(parts)
  // The consumer starts before the relay and stops after it, so that no message goes out unread.
  if (learning !== null) started.defer(() => learning.stop())
  await learning?.start()
  started.defer(() => orders.stop())
  orders.start()
  const closing = new AbortController()
  const deps = {
    ...appParts(parts),
    ...servicesOf({ orders, learning }),
    prices: sharedPricesOf(settings, OrderType.course, learning?.prices),
    sharedPaidOrders: { paidMessageResender: orders.paidMessageResender, keys: settings.priceKeys },
    closing: closing.signal,
  }
  const { catalogue } = store.learningStore
  const shopWindow = { catalogue, orderStore: store.orderStore, sandbox: gateway.sandbox !== null }
  listener.serve(createApp(deps, shopWindow).fetch)

  const running = started.move()
  return {
    port: listener.port,
    publicBaseUrl,
    subscriber: messages.subscriber,
    inProcess: settings.broker === null,
    sandbox: gateway.sandbox,
    async stop() {
      // First what came in is answered, open streams are ended, then what answered it is stopped.
      closing.abort()
      await listener.close()
      await running.disposeAsync()
    },
  }
}

/** What the HTTP app needs beside the services: the caller, the public address, readiness, metrics. */
function appParts({ settings, tokens, publicBaseUrl, store, messages, gateway, log, tracer }: ShopParts) {
  const secure = publicBaseUrl.startsWith('https:')
  const sessions = createInMemorySessions({ authenticate: bearerAuthentication(tokens), secure })
  return {
    authenticate: sessions.authenticate,
    sessions,
    publicBaseUrl,
    writeLimit: createWriteLimiter(settings.writes),
    log,
    tracer,
    readiness: readinessOf(store, settings.broker === null ? null : messages),
    gauges: [...checkoutMetrics({ store }), gateway.answers, certificateGauge(settings.alipay)],
  }
}
