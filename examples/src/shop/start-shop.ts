import type { AlipaySandbox } from '@coursepay/adapter-alipay/sandbox'
import { type LearningCentre, type MessageSubscriber, type OrderCentre, OrderType } from '@coursepay/core'
import { Port, Service } from '@coursepay/core/container'
import { type BearerOptions, createCheckoutApp, describeError, type Log } from '@coursepay/http-hono'
import type { CreateApp } from '../pages/demo-app.js'
import { openBroker } from '../process/broker.js'
import { openMigrated } from '../process/database.js'
import { openGateway } from '../process/gateway.js'
import { listen } from '../process/listen.js'
import { soldHere } from '../process/price-sources.js'
import type { Settings } from '../settings/settings.js'
import { appParts } from './app-parts.js'
import { loadContainer } from './container.js'

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
  /** Answers what was asked, lets each worker end its round, gives back every lease. */
  stop(): Promise<void>
}

/** Starts everything that the settings ask for. What was started is stopped again when a later part fails. */
export async function startShop(
  settings: Settings,
  tokens: BearerOptions,
  log: Log,
  createApp: CreateApp = createCheckoutApp,
): Promise<Shop> {
  await using started = new AsyncDisposableStack()
  const listener = started.adopt(await listen(settings.host, settings.port), (open) => open.close())
  const publicBaseUrl = settings.publicBaseUrl ?? `http://localhost:${listener.port}`
  const database = started.adopt(await openMigrated(settings.databaseUrl, settings.courses), (open) => open.close())
  const gateway = await openGateway(settings.alipay)
  if (gateway.sandbox !== null) started.use(gateway.sandbox)
  const broker = started.use(await openBroker(settings.broker, log))

  const onWorkerError = (worker: string, error: unknown) =>
    log.error({ event: 'worker_failed', worker, ...describeError(error) })
  const parts = { settings, tokens, log, publicBaseUrl, database, gateway, broker, onWorkerError }
  const container = await loadContainer(parts)
  const learningElsewhere = OrderType.course in settings.priceSources
  // The reader starts before the relay and stops after it, so that no message goes out unread.
  const learning = learningElsewhere ? undefined : container.get<LearningCentre>(Service.learningCentre)
  if (learning !== undefined) started.defer(() => learning.stop())
  await learning?.start()
  const orders = started.adopt(container.get<OrderCentre>(Service.orderCentre), (centre) => centre.stop())
  orders.start()
  const closing = new AbortController()
  const deps = {
    ...appParts(parts),
    ...services(orders, learning),
    prices: soldHere(settings, OrderType.course, learning?.prices),
    closing: closing.signal,
  }
  const { catalogue, operations, outboxInspection } = database
  const shopWindow = { catalogue, operations, outboxInspection, sandbox: gateway.sandbox !== null }
  listener.serve(createApp(deps, shopWindow).fetch)

  const running = started.move()
  return {
    port: listener.port,
    publicBaseUrl,
    subscriber: container.get<MessageSubscriber>(Port.messageSubscriber),
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

const services = (orders: OrderCentre, learning: LearningCentre | undefined) => ({
  orders: orders.service,
  buyer: orders.buyer,
  operator: orders.operator,
  payments: orders.door,
  learning: learning?.service,
})
