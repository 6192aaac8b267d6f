import { isUnavailable } from '../../src/shared/checkout-error.js'
import { type ReceivedPayResultMessage, readPayResultMessage } from '../../src/shared/pay-result-message.js'
import type { Scheduler } from '../../src/shared/ports/clock.js'
import { type MessageHandler, PermanentFailure, type Subscription } from '../../src/shared/ports/message-subscriber.js'

/** Seed: max-attempts 3, initial-interval 1000ms. */
const MAX_TRIES = 3
const RETRY_AFTER_MS = 1_000

/** One copy of a message in one queue. */
interface QueuedMessage {
  readonly body: string
  readonly traceparent: string | undefined
  readonly triesBefore: number
}

/** A dead letter of a broker, and why. */
export interface DeadLetteredMessage {
  readonly body: string
  readonly reason: string
}

export interface InMemoryQueue {
  readonly deadLetters: readonly DeadLetteredMessage[]
  enqueue(body: string, traceparent?: string): void
  subscribe(handler: MessageHandler): Subscription
  /** Hands out what waits, where somebody is idle. */
  deliverReady(): void
  bodies(): readonly string[]
  /** How many copies wait, those between two tries included. */
  waiting(): number
}

/** How messages leave the queues: not at all while held, the newest first when reversed. */
export interface DeliverySettings {
  readonly held: boolean
  readonly reversed: boolean
}

interface Consumer {
  readonly handler: MessageHandler
  work: Promise<void> | null
}

/** A service's own queue: each of its subscribers works on one message at a time. */
export function inMemoryQueue(scheduler: Scheduler, flow: DeliverySettings): InMemoryQueue {
  const ready: QueuedMessage[] = []
  const consumers = new Set<Consumer>()
  const deadLetters: DeadLetteredMessage[] = []
  let betweenTries = 0

  function deliverReady(): void {
    for (const consumer of consumers) {
      if (flow.held || consumer.work !== null) continue
      const delivery = flow.reversed ? ready.pop() : ready.shift()
      if (delivery !== undefined) consumer.work = work(consumer, delivery)
    }
  }
  async function work(consumer: Consumer, delivery: QueuedMessage): Promise<void> {
    await null
    if (consumers.has(consumer)) await handle(consumer, delivery)
    else ready.unshift(delivery)
    consumer.work = null
    deliverReady()
  }
  async function handle({ handler }: Consumer, delivery: QueuedMessage): Promise<void> {
    const message = parseMessage(delivery)
    if (message === null) return void deadLetters.push({ body: delivery.body, reason: 'malformed message' })
    try {
      await handler(message)
    } catch (error) {
      retryOrDeadLetter(delivery, error)
    }
  }
  function retryOrDeadLetter({ triesBefore, ...rest }: QueuedMessage, error: unknown): void {
    const tries = isUnavailable(error) ? triesBefore : triesBefore + 1
    if (tries === MAX_TRIES || error instanceof PermanentFailure) {
      deadLetters.push({ body: rest.body, reason: error instanceof Error ? error.message : String(error) })
      return
    }
    betweenTries += 1
    scheduler.schedule(RETRY_AFTER_MS, () => {
      betweenTries -= 1
      ready.push({ ...rest, triesBefore: tries })
      deliverReady()
    })
  }

  return {
    deadLetters,
    bodies: () => ready.map((delivery) => delivery.body),
    waiting: () => ready.length + betweenTries,
    enqueue(body, traceparent) {
      ready.push({ body, traceparent, triesBefore: 0 })
      deliverReady()
    },
    deliverReady,
    subscribe(handler) {
      const consumer: Consumer = { handler, work: null }
      consumers.add(consumer)
      deliverReady()
      return {
        async stop() {
          consumers.delete(consumer)
          await consumer.work
        },
      }
    },
  }
}

function parseMessage({ body, traceparent }: QueuedMessage): ReceivedPayResultMessage | null {
  try {
    return { ...readPayResultMessage(body), traceparent }
  } catch {
    // The queue does not care why a body cannot be read: it becomes a dead letter.
    return null
  }
}
