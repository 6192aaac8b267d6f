import { relayOutbox } from '../../messaging/relay-outbox.js'
import type { RelaySettings } from '../../messaging/relay-settings.js'
import type { MessagePublisher } from '../../shared/ports/message-publisher.js'
import { createWorker, type Worker, type WorkerJob } from '../../shared/worker.js'
import { createOrderUseCases, type OrderModule } from './create-order-use-cases.js'
import type { OrderDependencies } from './order-dependencies.js'

export interface OrderModuleParts extends Omit<OrderDependencies, 'wakeRelay'> {
  readonly publisher: MessagePublisher
  readonly relay?: RelaySettings
  /** Told when a worker's round fails; the next round comes at its time. */
  readonly onWorkerError: (worker: OrderWorkerName, error: unknown) => void
}

export type OrderWorkerName = 'relay' | 'poller' | 'expiry' | 'refunds'

/**
 * Each is only the safety net of something quicker: the relay is woken by every commit, a buyer's question comes before
 * expiry.
 */
const WORKER_INTERVALS_MS: Readonly<Record<OrderWorkerName, number>> = {
  relay: 1_000,
  poller: 1_000,
  expiry: 1_000,
  refunds: 5_000,
}

export function createOrderModule(parts: OrderModuleParts): OrderModule {
  const { store, publisher, scheduler, onWorkerError, tracer } = parts
  const worker = (name: OrderWorkerName, runOnce: WorkerJob['runOnce']): Worker =>
    createWorker(
      { runOnce, intervalMs: WORKER_INTERVALS_MS[name], onError: (error) => onWorkerError(name, error) },
      scheduler,
    )

  const relay = worker('relay', relayOutbox(store.outbox, publisher, parts.relay, tracer))
  const { workers, ...services } = createOrderUseCases({ ...parts, wakeRelay: () => relay.wake() })
  const all = [
    relay,
    worker('poller', workers.pollPayments),
    worker('expiry', workers.expireOrders),
    worker('refunds', workers.processDueRefunds),
  ]
  return {
    ...services,
    start() {
      for (const each of all) each.start()
    },
    async stop() {
      await Promise.all(all.map((each) => each.stop()))
    },
  }
}
