import type { MessageSubscriber, Subscription } from '../../shared/ports/message-subscriber.js'
import type { PriceSource } from '../../shared/ports/price-source.js'
import type { LearningService } from '../ports/learning-service.js'
import { createLearningService } from './create-learning-service.js'
import type { LearningDependencies } from './learning-dependencies.js'
import { priceOfChoice } from './price-of-choice.js'

export interface LearningCentreParts extends LearningDependencies {
  readonly subscriber: MessageSubscriber
  /** The learning centre's own queue on the exchange. */
  readonly queue: string
}

/** The learning centre with its reader of payment results. */
export interface LearningCentre {
  readonly service: LearningService
  /** What the order service charges for order type 60201. */
  readonly prices: PriceSource
  /** Errors: `broker_unavailable`. */
  start(): Promise<void>
  /** Resolves when no message is in work any more. */
  stop(): Promise<void>
}

export function createLearningCentre(parts: LearningCentreParts): LearningCentre {
  const service = createLearningService(parts)
  let subscription: Subscription | null = null
  return {
    service,
    prices: priceOfChoice(parts),
    async start() {
      subscription ??= await parts.subscriber.subscribe(parts.queue, service.receivePayResult)
    },
    async stop() {
      await subscription?.stop()
      subscription = null
    },
  }
}
