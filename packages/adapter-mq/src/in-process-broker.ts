import { CheckoutError, isUnavailable, type MessagesAdapter, PermanentFailure } from '@coursepay/core'
import { systemScheduler } from '@coursepay/core/assembly'
import {
  type MessageHandler,
  type MessagePublisher,
  type MessageSubscriber,
  type PublishOutcome,
  readPayResultMessage,
  type Scheduler,
  writePayResultMessage,
} from '@coursepay/core/ports'
import { MAX_ATTEMPTS, RETRY_DELAY_MS } from './topology.js'

/** Three tries and two pauses; a handler that takes longer continues, and its message comes again. */
const PUBLISH_TIME_LIMIT_MS = 4_000

/** Messages stay in this process; until a consumer is done, they stand in the outbox. */
export const inProcess = (): MessagesAdapter => ({
  async open() {
    const broker = createInProcessBroker(systemScheduler)
    return { publisher: broker, subscriber: broker, ping: async () => {}, close: async () => {} }
  },
})

export type InProcessBroker = MessagePublisher & MessageSubscriber

interface InProcessSubscription {
  readonly name: string
  readonly handler: MessageHandler
  readonly running: Set<Promise<unknown>>
}

/**
 * A broker for one process, behind the same two ports as RabbitMQ. Nothing is stored here: a publish is confirmed only
 * when every queue's handler is done, so that until then the message stands in the outbox and a crash loses nothing. A
 * message whose tries all failed is `undeliverable`: its row in the outbox becomes a dead letter.
 */
export function createInProcessBroker(scheduler: Scheduler): InProcessBroker {
  const queues = new Map<string, InProcessSubscription>()
  return {
    timeLimitMs: PUBLISH_TIME_LIMIT_MS,
    async publish(message) {
      if (queues.size === 0) return { kind: 'refused', reason: 'no queue is bound' }
      // Each queue reads the text that a broker would send.
      const text = writePayResultMessage(message)
      const { traceparent } = message
      const deliveries = [...queues.values()].map((queue) =>
        trackDelivery(queue, deliverWithRetries(queue, { text, traceparent }, scheduler)),
      )
      return withPublishTimeLimit(scheduler, Promise.all(deliveries).then(worstOutcome))
    },
    async subscribe(name, handler) {
      if (queues.has(name))
        throw new CheckoutError(
          'broker_unavailable',
          `The queue ${name} has a consumer in this process already. Use another name.`,
        )
      const queue: InProcessSubscription = { name, handler, running: new Set() }
      queues.set(name, queue)
      return {
        async stop() {
          if (queues.get(name) === queue) queues.delete(name)
          await Promise.allSettled(queue.running)
        },
      }
    },
  }
}

function trackDelivery<Result>(queue: InProcessSubscription, delivery: Promise<Result>): Promise<Result> {
  queue.running.add(delivery)
  return delivery.finally(() => queue.running.delete(delivery))
}

async function deliverWithRetries(
  queue: InProcessSubscription,
  { text, traceparent }: { readonly text: string; readonly traceparent: string | undefined },
  scheduler: Scheduler,
): Promise<PublishOutcome> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await queue.handler({ ...readPayResultMessage(text), traceparent })
      return { kind: 'confirmed' }
    } catch (error) {
      // No try of the message: it stays in the outbox until the consumer can work again.
      if (isUnavailable(error)) return { kind: 'unknown', reason: `${queue.name}: ${failureReasonOf(error)}` }
      const isFinal = error instanceof PermanentFailure || attempt === MAX_ATTEMPTS
      if (isFinal) return { kind: 'undeliverable', reason: `${queue.name}: ${failureReasonOf(error)}` }
      await waitForRetry(scheduler)
    }
  }
}

async function withPublishTimeLimit(scheduler: Scheduler, delivery: Promise<PublishOutcome>): Promise<PublishOutcome> {
  const timedOut = Promise.withResolvers<PublishOutcome>()
  const reason = `no consumer was done within ${PUBLISH_TIME_LIMIT_MS} ms`
  const cancel = scheduler.schedule(PUBLISH_TIME_LIMIT_MS, () => timedOut.resolve({ kind: 'unknown', reason }))
  try {
    return await Promise.race([delivery, timedOut.promise])
  } finally {
    cancel()
  }
}

const waitForRetry = (scheduler: Scheduler) =>
  new Promise<void>((resolve) => scheduler.schedule(RETRY_DELAY_MS, resolve))

const failureReasonOf = (error: unknown) => (error instanceof Error ? error.message : 'handler failed').slice(0, 500)

/** What is unknown is sent again, to all; only then is a consumer's refusal the last word. */
function worstOutcome(outcomes: readonly PublishOutcome[]): PublishOutcome {
  const firstOfKind = (kind: PublishOutcome['kind']) => outcomes.find((outcome) => outcome.kind === kind)
  return firstOfKind('unknown') ?? firstOfKind('undeliverable') ?? { kind: 'confirmed' }
}
