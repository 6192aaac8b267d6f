import { coursePriceSource } from '../../src/learning/application/course-price-source.js'
import { createEntitlementService } from '../../src/learning/application/create-entitlement-service.js'
import { createLearningService } from '../../src/learning/application/create-learning-service.js'
import type { LearningDependencies } from '../../src/learning/application/learning-dependencies.js'
import { type ResendReport, resendPaidMessages } from '../../src/learning/application/resend-paid-messages.js'
import { createEntitlementUpdater } from '../../src/learning/application/update-entitlement.js'
import type { EntitlementService } from '../../src/learning/ports/entitlement-service.js'
import type { LearningService } from '../../src/learning/ports/learning-service.js'
import { relayOutbox } from '../../src/messaging/relay-outbox.js'
import { defaultRelaySettings, type RelayReport } from '../../src/messaging/relay-settings.js'
import { createOrderUseCases, type OrderUseCases } from '../../src/orders/application/create-order-use-cases.js'
import type { OrderDependencies } from '../../src/orders/application/order-dependencies.js'
import {
  createBillReconciler,
  type ReconcileBill,
} from '../../src/orders/application/reconciliation/create-bill-reconciler.js'
import type { BillSource } from '../../src/orders/ports/bill-source.js'
import type { MessagePublisher } from '../../src/shared/ports/message-publisher.js'
import type { PaidMessageResender } from '../../src/shared/ports/paid-message-resender.js'
import type { PriceSource } from '../../src/shared/ports/price-source.js'

/** What a process of the order service is made of. */
export interface OrderProgramParts extends OrderDependencies {
  readonly publisher: MessagePublisher
  readonly bills: BillSource
}

/** A process of the order service: what it is asked, and one round of each of its workers. */
export interface OrderProgram
  extends Pick<OrderUseCases, 'service' | 'callbacks' | 'operator' | 'views' | 'paidMessageResender'> {
  readonly workers: OrderUseCases['workers'] & { readonly relay: () => Promise<RelayReport> }
  readonly reconcile: ReconcileBill
}

/** What a process of the learning centre is made of. */
export interface LearningProgramParts extends LearningDependencies {
  readonly paidMessageResender: PaidMessageResender
}

export interface LearningProgram {
  readonly service: LearningService
  readonly entitlements: EntitlementService
  readonly resendPaidMessages: () => Promise<ResendReport>
  readonly prices: PriceSource
}

/** The code that is put to the test: how its two processes are made of their ports. */
export interface SimulatedProgram {
  orders(parts: OrderProgramParts): OrderProgram
  learning(parts: LearningProgramParts): LearningProgram
}

export const checkoutProgram: SimulatedProgram = {
  orders(parts) {
    const { workers, ...services } = createOrderUseCases(parts)
    const relay = relayOutbox(parts.store.outbox, parts.publisher, { ...defaultRelaySettings, batchSize: 3 })
    return { ...services, workers: { ...workers, relay }, reconcile: createBillReconciler(parts) }
  },
  learning(parts) {
    const dependencies = { ...parts, updateEntitlement: createEntitlementUpdater(parts) }
    return {
      service: createLearningService(dependencies),
      entitlements: createEntitlementService(dependencies),
      prices: coursePriceSource(parts),
      resendPaidMessages: resendPaidMessages(parts, parts.paidMessageResender),
    }
  },
}
