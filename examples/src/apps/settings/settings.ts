import type { AlipaySettings } from '@coursepay/adapter-alipay'
import type { RabbitOptions, RabbitQueueType } from '@coursepay/adapter-mq'
import type { Course, LatePaymentPolicy, OrderType } from '@coursepay/core'
import type { Exposure, ServiceAddress } from './addresses.js'

/** How callers prove who they are. Null: not set, which only the demo may leave so. */
export type TokenSettings =
  | (({ readonly secret: string } | { readonly jwksUrl: string }) & {
      readonly issuer?: string | undefined
      readonly audience?: string | undefined
    })
  | null

/** RabbitMQ, and the names on it. */
export interface BrokerSettings extends Pick<RabbitOptions, 'signingKey' | 'verifyKey' | 'proof' | 'requiredQueues'> {
  readonly url: string
  readonly exchange: string
  /** What the learning centre reads. */
  readonly queue: string
  /** `plain` for a queue that another service declared without arguments. */
  readonly queueType: RabbitQueueType
}

/** Where a seller is asked for prices, and the key that signs the questions. */
export interface PriceSourceSettings extends ServiceAddress {
  readonly key: string
}

/** The environment, read once and checked. Times are in ms. */
export interface Settings extends Exposure {
  /** What was mended in the reading; each names its variable. */
  readonly warnings: readonly string[]
  /** 0: any free port. */
  readonly port: number
  readonly databaseUrl: string
  /** Null: messages go to subscribers in this process. */
  readonly broker: BrokerSettings | null
  /** Null: the bundled sandbox, where anybody can pay without money. */
  readonly alipay: AlipaySettings | null
  readonly tokens: TokenSettings
  /** Sellers in other processes, by order type; with one for courses (60201) the learning centre runs elsewhere too. */
  readonly priceSources: Readonly<Record<OrderType, PriceSourceSettings>>
  /** Each seller's own key, by order type: the order service signs its questions with it, the seller checks them. */
  readonly priceKeys: Readonly<Record<OrderType, string>>
  /** Where a consumer asks about paid orders; null: it does not ask. */
  readonly orders: ServiceAddress | null
  readonly courses: readonly Course[]
  readonly orderTimeToLiveMs: number
  readonly latePolicy: LatePaymentPolicy
  /** For each user. */
  readonly writes: { readonly perSecond: number; readonly burst: number }
  /** Whether the server shows the pages and the operator console. */
  readonly pages: boolean
  /** Null: the pages say that one has to come from the school's site. */
  readonly loginUrl: string | null
}
