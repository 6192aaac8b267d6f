import 'reflect-metadata'
import { alipayModule } from '@coursepay/adapter-alipay/container'
import { inProcessModule } from '@coursepay/adapter-mq/container'
import type { Database } from '@coursepay/adapter-sql'
import { sqlModule } from '@coursepay/adapter-sql/container'
import type { OrderSettings, OrderWorker } from '@coursepay/core'
import { checkoutModule, Port, systemModule } from '@coursepay/core/container'
import { type BearerOptions, bearerAuthentication, type Log } from '@coursepay/http-hono'
import { httpModule } from '@coursepay/http-hono/container'
import { Container } from 'inversify'
import type { Settings } from '../settings/settings.js'
import type { Gateway } from './gateway.js'

export interface ContainerParts {
  readonly settings: Settings
  readonly publicBaseUrl: string
  readonly database: Database
  readonly gateway: Gateway
  readonly tokens: BearerOptions
  readonly log: Log
  readonly onWorkerError: (worker: OrderWorker, error: unknown) => void
}

/** The only place where the adapters meet. */
export async function loadContainer(parts: ContainerParts): Promise<Container> {
  const container = new Container()
  await container.load(
    systemModule,
    sqlModule(parts.database),
    alipayModule(parts.gateway.alipay),
    inProcessModule,
    checkoutModule,
    httpModule(httpParts(parts)),
  )
  container.bind(Port.priceSources).toConstantValue({})
  container.bind(Port.orderSettings).toConstantValue(orderSettings(parts))
  container.bind(Port.onWorkerError).toConstantValue(parts.onWorkerError)
  return container
}

/** One attempt is asked for at the gateway once a second at most, however many watch it. */
const QUERY_INTERVAL_MS = 1_000

function orderSettings({ settings, publicBaseUrl }: ContainerParts): OrderSettings {
  return {
    orderTimeToLiveMs: settings.orderTimeToLiveMs,
    latePolicy: settings.latePolicy,
    queryIntervalMs: QUERY_INTERVAL_MS,
    payAddresses: { notifyUrl: `${publicBaseUrl}/api/orders/receivenotify`, returnUrl: null },
  }
}

function httpParts({ tokens, publicBaseUrl, database, log }: ContainerParts) {
  const readBacklog = () => database.outboxInspection.backlog()
  return {
    authenticate: bearerAuthentication(tokens),
    publicBaseUrl,
    log,
    readiness: [{ name: 'store', check: () => database.ping() }],
    gauges: [
      {
        name: 'coursepay_outbox_messages',
        help: 'Messages not yet delivered, by state',
        labelNames: ['state'],
        async read() {
          const { waiting, dead } = await readBacklog()
          return [
            { labels: { state: 'waiting' }, value: waiting },
            { labels: { state: 'dead' }, value: dead },
          ]
        },
      },
      {
        name: 'coursepay_outbox_oldest_seconds',
        help: 'Age of the oldest message that waits',
        read: async () => [{ value: (await readBacklog()).oldestMs / 1_000 }],
      },
    ],
  }
}
