import { createLearningService } from '../../learning/application/create-learning-service.js'
import type { LearningDependencies } from '../../learning/application/learning-dependencies.js'
import { priceOfChoice } from '../../learning/application/price-of-choice.js'
import type { LearningService } from '../../learning/ports/learning-service.js'
import { createOrderUseCases, type OrderUseCases } from '../../orders/application/create-order-use-cases.js'
import { createReconciliation, type ReconcileBill } from '../../orders/application/create-reconciliation.js'
import type { OrderDependencies } from '../../orders/application/order-dependencies.js'
import type { BillSource } from '../../orders/ports/bill-source.js'
import type { PaymentLedger } from '../../orders/ports/payment-ledger.js'
import type { MessagePublisher } from '../../shared/ports/message-publisher.js'
import type { PriceSource } from '../../shared/ports/price-source.js'
import { type RelayReport, relayOutbox } from '../../shared/relay-outbox.js'

/** What a process of the order service is made of. */
export interface OrderProgramParts extends OrderDependencies {
  readonly publisher: MessagePublisher
  readonly bills: BillSource
  readonly ledger: PaymentLedger
}

/** A process of the order service: what it is asked, and one round of each of its workers. */
export interface OrderProgram extends Pick<OrderUseCases, 'service' | 'door' | 'operator'> {
  readonly workers: OrderUseCases['workers'] & { readonly relay: () => Promise<RelayReport> }
  readonly reconcile: ReconcileBill
}

/** A process of the learning centre. */
export interface LearningProgram {
  readonly service: LearningService
  readonly prices: PriceSource
}

/** The code that is put to the test: how its two processes are made of their ports. */
export interface SimulatedProgram {
  orders(parts: OrderProgramParts): OrderProgram
  learning(parts: LearningDependencies): LearningProgram
}

export const checkoutProgram: SimulatedProgram = {
  orders(parts) {
    const { service, door, operator, workers } = createOrderUseCases(parts)
    const relay = relayOutbox(parts.stores.outbox, parts.publisher, {
      batch: 3,
      pipeline: 2,
      mostAttempts: 30,
      mostClaims: 20,
    })
    return { service, door, operator, workers: { ...workers, relay }, reconcile: createReconciliation(parts) }
  },
  learning: (parts) => ({ service: createLearningService(parts), prices: priceOfChoice(parts) }),
}
