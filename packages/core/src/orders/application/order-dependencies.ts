import type { Clock } from '../../shared/ports/clock.js'
import type { IdGenerator } from '../../shared/ports/id-generator.js'
import type { OutboxInspection } from '../../shared/ports/outbox-port.js'
import type { PriceSource } from '../../shared/ports/price-source.js'
import type { UnitOfWork } from '../../shared/ports/unit-of-work.js'
import type { OrderType } from '../../shared/status-codes.js'
import type { PayAddresses } from '../domain/pay-record.js'
import type { LatePaymentPolicy } from '../domain/payment-evidence.js'
import type { NotifyReader } from '../ports/notify-reader.js'
import type { OperationsView } from '../ports/operations-view.js'
import type { OrderStores } from '../ports/order-stores.js'
import type { PayTokenGenerator } from '../ports/pay-token-generator.js'
import type { PaymentGateway } from '../ports/payment-gateway.js'

/** What an operator may turn; every time is in ms. */
export interface OrderSettings {
  /** How long an order may stay unpaid. */
  readonly orderTimeToLiveMs: number
  readonly latePolicy: LatePaymentPolicy
  /** The gateway is asked about one attempt at most once in this time, however many watch it. */
  readonly queryIntervalMs: number
  /** Questions to the gateway a second, for all attempts together, in this process. Default 50. */
  readonly queriesPerSecond?: number
  /** How long after its time an unpaid order is closed: the gateway's clock is not ours. Default 5000. */
  readonly closeGraceMs?: number
  /** In `returnUrl`, `{token}` stands for the attempt's token: `https://shop.example/p/{token}/return`. */
  readonly payAddresses: PayAddresses
}

/** Everything the order service works with. Each use case names the part that it needs. */
export interface OrderDependencies {
  readonly unitOfWork: UnitOfWork<OrderStores>
  readonly stores: OrderStores
  readonly gateway: PaymentGateway
  readonly notifyReader: NotifyReader
  readonly priceSources: Readonly<Partial<Record<OrderType, PriceSource>>>
  readonly clock: Clock
  readonly ids: IdGenerator
  readonly tokens: PayTokenGenerator
  readonly settings: OrderSettings
  readonly operations: OperationsView
  readonly outboxInspection: OutboxInspection
  /** Called after a commit that left something in the outbox. Must not throw. */
  readonly wakeRelay: () => void
}
