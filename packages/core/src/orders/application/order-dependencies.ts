import type { Clock, Scheduler } from '../../shared/ports/clock.js'
import type { IdGenerator, PayTokenGenerator } from '../../shared/ports/generators.js'
import type { PriceSource } from '../../shared/ports/price-source.js'
import type { Tracer } from '../../shared/ports/tracer.js'
import type { OrderType } from '../../shared/status-codes.js'
import type { CallbackUrls } from '../domain/payment.js'
import type { LatePaymentPolicy } from '../domain/payment-evidence.js'
import type { NotifyReader } from '../ports/notify-reader.js'
import type { OrderStore } from '../ports/order-store.js'
import type { PaymentGateway } from '../ports/payment-gateway.js'

/** What a shop sets; every time is in ms. */
export interface OrderSettings {
  /** How long an order may stay unpaid. */
  readonly orderTimeToLiveMs: number
  readonly latePolicy: LatePaymentPolicy
  /** The gateway is queried about one payment at most once in this time, however many callers wait for it. */
  readonly queryIntervalMs: number
  /** Queries to the gateway a second, for all payments together, in this process. Default 50. */
  readonly queriesPerSecond?: number
  /** How long after its time an unpaid order is closed: the gateway's clock is not ours. Default 5000. */
  readonly closeGraceMs?: number
  /** In `returnUrl`, `{token}` stands for the payment's token: `https://shop.example/p/{token}/return`. */
  readonly callbackUrls: CallbackUrls
}

/** Everything the order service works with. Each use case names the part that it needs. */
export interface OrderDependencies {
  readonly store: OrderStore
  readonly gateway: PaymentGateway
  readonly notifyReader: NotifyReader
  readonly priceSources: Readonly<Partial<Record<OrderType, PriceSource>>>
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly ids: IdGenerator
  readonly tokens: PayTokenGenerator
  readonly settings: OrderSettings
  /** Called after a commit that left a message in the outbox. Must not throw. */
  readonly wakeRelay: () => void
  /** Absent: nothing is traced. */
  readonly tracer?: Tracer | undefined
}
