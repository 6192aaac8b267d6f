import 'reflect-metadata'
import { alipayModule } from '@coursepay/adapter-alipay/container'
import type { Database } from '@coursepay/adapter-sql'
import { sqlModule } from '@coursepay/adapter-sql/container'
import { type LearningCentre, type OrderSettings, OrderType, type OrderWorker } from '@coursepay/core'
import { learningModule, orderModule, Port, Service, systemModule } from '@coursepay/core/container'
import type { BearerOptions, Log } from '@coursepay/http-hono'
import { Container } from 'inversify'
import type { Broker } from '../process/broker.js'
import type { Gateway } from '../process/gateway.js'
import { remotePriceSources } from '../process/price-sources.js'
import type { Settings } from '../settings/settings.js'

/** What was opened for this process. */
export interface ShopParts {
  readonly settings: Settings
  readonly publicBaseUrl: string
  readonly database: Database
  readonly gateway: Gateway
  readonly broker: Broker
  readonly tokens: BearerOptions
  readonly log: Log
  readonly onWorkerError: (worker: OrderWorker, error: unknown) => void
}

/** The only place where the adapters meet. Nothing is made before it is asked for, so an unused part costs nothing. */
export async function loadContainer(parts: ShopParts): Promise<Container> {
  const container = new Container()
  await container.load(
    systemModule,
    sqlModule(parts.database),
    alipayModule(parts.gateway.alipay),
    parts.broker.module,
    orderModule,
    learningModule,
  )
  const remote = remotePriceSources(parts.settings.priceSources)
  container
    .bind(Port.priceSources)
    .toDynamicValue(() =>
      OrderType.course in remote
        ? remote
        : { ...remote, [OrderType.course]: container.get<LearningCentre>(Service.learningCentre).prices },
    )
  container.bind(Port.orderSettings).toConstantValue(orderSettings(parts))
  container.bind(Port.onWorkerError).toConstantValue(parts.onWorkerError)
  return container
}

/** One attempt is asked for at the gateway once a second at most, however many watch it. */
const QUERY_INTERVAL_MS = 1_000

function orderSettings({ settings, publicBaseUrl }: ShopParts): OrderSettings {
  return {
    orderTimeToLiveMs: settings.orderTimeToLiveMs,
    latePolicy: settings.latePolicy,
    queryIntervalMs: QUERY_INTERVAL_MS,
    payAddresses: {
      notifyUrl: `${publicBaseUrl}/api/orders/receivenotify`,
      returnUrl: `${publicBaseUrl}/p/{token}/return`,
    },
  }
}
