import { tracedSubscriber } from '../../messaging/traced-messages.js'
import type { MessageSubscriber, Subscription } from '../../shared/ports/message-subscriber.js'
import type { PaidMessageResender } from '../../shared/ports/paid-message-resender.js'
import type { PriceSource } from '../../shared/ports/price-source.js'
import { createWorker, type Worker } from '../../shared/worker.js'
import type { EntitlementService } from '../ports/entitlement-service.js'
import type { LearningService } from '../ports/learning-service.js'
import { coursePriceSource } from './course-price-source.js'
import { createEntitlementService } from './create-entitlement-service.js'
import { createLearningService } from './create-learning-service.js'
import type { LearningDependencies } from './learning-dependencies.js'
import { RESEND_INTERVAL_MS, resendPaidMessages } from './resend-paid-messages.js'
import { createEntitlementUpdater } from './update-entitlement.js'

export interface LearningModuleParts extends LearningDependencies {
  readonly subscriber: MessageSubscriber
  /** The learning centre's own queue on the exchange. */
  readonly queue: string
  /** Sends the message of a paid order again, when it has not come; absent: nobody asks for it. */
  readonly paidMessageResender?: PaidMessageResender | undefined
  /** Called when a round of the resend worker fails; the next round comes at its time. */
  readonly onResendError?: (error: unknown) => void
}

/** The learning centre with its consumer of payment results. */
export interface LearningModule {
  readonly service: LearningService
  readonly entitlements: EntitlementService
  /** What the order service charges for order type 60201. */
  readonly prices: PriceSource
  /** Errors: `broker_unavailable`. */
  start(): Promise<void>
  /** Resolves when no message is in work any more. */
  stop(): Promise<void>
}

export function createLearningModule(parts: LearningModuleParts): LearningModule {
  const dependencies = { ...parts, updateEntitlement: createEntitlementUpdater(parts) }
  const service = createLearningService(dependencies)
  const subscriber = tracedSubscriber(parts.subscriber, parts.tracer)
  const resendWorker = createResendWorker(parts)
  let subscription: Subscription | null = null
  return {
    service,
    entitlements: createEntitlementService(dependencies),
    prices: coursePriceSource(parts),
    async start() {
      subscription ??= await subscriber.subscribe(parts.queue, service.receivePayResult)
      resendWorker?.start()
    },
    async stop() {
      await resendWorker?.stop()
      await subscription?.stop()
      subscription = null
    },
  }
}

function createResendWorker(parts: LearningModuleParts): Worker | null {
  const { paidMessageResender, scheduler, onResendError: onError = () => {} } = parts
  if (paidMessageResender === undefined) return null
  const round = resendPaidMessages(parts, paidMessageResender)
  const runOnce = () => round().then(() => ({ more: false }))
  return createWorker({ runOnce, intervalMs: RESEND_INTERVAL_MS, onError }, scheduler)
}
