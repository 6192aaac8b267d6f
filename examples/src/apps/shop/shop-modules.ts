import type { OpenedSqlStore } from '@coursepay/adapter-sql'
import {
  type Clock,
  type LearningModule,
  type OpenedMessages,
  type OrderModule,
  type OrderSettings,
  OrderType,
} from '@coursepay/core'
import { createLearningModule, createOrderModule, systemPayTokens, systemScheduler } from '@coursepay/core/assembly'
import type { Tracer } from '@coursepay/core/ports'
import { type BearerOptions, describeErrorWithoutMessage, type Log } from '@coursepay/http-hono'
import type { Gateway } from '../process/gateway.js'
import { remotePriceSources } from '../process/price-sources.js'
import type { Settings } from '../settings/settings.js'

/** What was opened for this process. */
export interface ShopParts {
  readonly settings: Settings
  readonly clock: Clock
  readonly publicBaseUrl: string
  readonly store: OpenedSqlStore
  readonly gateway: Gateway
  readonly messages: OpenedMessages
  readonly tokens: BearerOptions
  readonly log: Log
  readonly tracer: Tracer | undefined
}

export interface ShopModules {
  readonly orders: OrderModule
  /** Null when the learning centre runs elsewhere: `PRICE_SOURCE_60201` says where. */
  readonly learning: LearningModule | null
}

/** The only place where the adapters meet. */
export function shopModules(parts: ShopParts): ShopModules {
  const { settings, store, messages, gateway, log, tracer } = parts
  const system = { clock: parts.clock, scheduler: systemScheduler, ids: store.ids, tracer }
  const onWorkerError = (worker: string, error: unknown) =>
    log.error({ event: 'worker_failed', worker, ...describeErrorWithoutMessage(error) })
  const sellers = remotePriceSources(settings.priceSources)
  const learning =
    OrderType.course in sellers
      ? null
      : createLearningModule({
          ...system,
          store: store.learningStore,
          subscriber: messages.subscriber,
          queue: learningQueue(settings),
          paidMessageResender: { resendMessage: (...order) => orders.paidMessageResender.resendMessage(...order) },
          onResendError: (error) => onWorkerError('resend', error),
        })
  const orders: OrderModule = createOrderModule({
    ...system,
    store: store.orderStore,
    gateway: gateway.alipay.gateway,
    notifyReader: gateway.alipay.notifyReader,
    publisher: messages.publisher,
    tokens: systemPayTokens,
    priceSources: learning === null ? sellers : { ...sellers, [OrderType.course]: learning.prices },
    settings: orderSettings(parts),
    onWorkerError,
  })
  return { orders, learning }
}

/** The queue of the learning centre: the seed's, unless a setting names another. */
export const learningQueue = ({ broker }: Pick<Settings, 'broker'>): string => broker?.queue ?? 'paynotify_queue'

/** The gateway is queried about one payment once a second at most, however many callers wait for it. */
const QUERY_INTERVAL_MS = 1_000

function orderSettings({ settings, publicBaseUrl }: ShopParts): OrderSettings {
  return {
    orderTimeToLiveMs: settings.orderTimeToLiveMs,
    latePolicy: settings.latePolicy,
    queryIntervalMs: QUERY_INTERVAL_MS,
    callbackUrls: {
      notifyUrl: `${publicBaseUrl}/api/orders/receivenotify`,
      returnUrl: `${publicBaseUrl}/p/{token}/return`,
    },
  }
}
