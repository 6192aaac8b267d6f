import type { MessagePublisher } from '../../shared/ports/message-publisher.js'
import type { Scheduler } from '../../shared/ports/scheduler.js'
import { type RelaySettings, relayOutbox } from '../../shared/relay-outbox.js'
import { createWorker, type Worker, type WorkerJob } from '../../shared/worker.js'
import type { BuyerService } from '../ports/buyer-service.js'
import type { OperatorService } from '../ports/operator-service.js'
import type { OrderService, PaymentDoor } from '../ports/order-service.js'
import { createOrderUseCases } from './create-order-use-cases.js'
import type { OrderDependencies } from './order-dependencies.js'

export interface OrderCentreParts extends Omit<OrderDependencies, 'wakeRelay'> {
  readonly publisher: MessagePublisher
  readonly scheduler: Scheduler
  readonly relay?: RelaySettings
  /** Told when a worker's round fails; the next round comes at its time. */
  readonly onWorkerError: (worker: OrderWorker, error: unknown) => void
}

export type OrderWorker = 'relay' | 'poller' | 'expiry' | 'refunds'

/** The order service with its workers. */
export interface OrderCentre {
  readonly service: OrderService
  readonly buyer: BuyerService
  readonly door: PaymentDoor
  readonly operator: OperatorService
  start(): void
  /** Resolves when no worker is at work any more. */
  stop(): Promise<void>
}

/** Each is only the safety net of something quicker: the relay is woken by every commit, a buyer's question comes before expiry. */
const INTERVAL_MS: Readonly<Record<OrderWorker, number>> = {
  relay: 1_000,
  poller: 1_000,
  expiry: 1_000,
  refunds: 5_000,
}

export function createOrderCentre(parts: OrderCentreParts): OrderCentre {
  const { stores, publisher, scheduler, onWorkerError } = parts
  const worker = (name: OrderWorker, runOnce: WorkerJob['runOnce']): Worker =>
    createWorker({ runOnce, intervalMs: INTERVAL_MS[name], onError: (error) => onWorkerError(name, error) }, scheduler)

  const relay = worker('relay', relayOutbox(stores.outbox, publisher, parts.relay))
  const { service, buyer, door, operator, workers } = createOrderUseCases({ ...parts, wakeRelay: () => relay.wake() })
  const all = [
    relay,
    worker('poller', workers.pollPayments),
    worker('expiry', workers.expireOrders),
    worker('refunds', workers.refundDue),
  ]
  return {
    service,
    buyer,
    door,
    operator,
    start() {
      for (const each of all) each.start()
    },
    async stop() {
      await Promise.all(all.map((each) => each.stop()))
    },
  }
}
