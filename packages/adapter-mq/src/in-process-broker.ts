import {
  CheckoutError,
  type MessageHandler,
  type MessagePublisher,
  type MessageSubscriber,
  PermanentFailure,
  type PublishOutcome,
  readPayResultMessage,
  type Scheduler,
  writePayResultMessage,
} from '@coursepay/core'
import { RETRY_AFTER_MS, TRIES } from './topology.js'

export type InProcessBroker = MessagePublisher & MessageSubscriber

interface Queue {
  readonly name: string
  readonly handler: MessageHandler
  readonly running: Set<Promise<unknown>>
}

/**
 * A broker for one process, behind the same two ports as RabbitMQ. Nothing is stored here: a publish is confirmed only when every
 * queue's handler is done, so that until then the message stands in the outbox and a crash loses nothing. A message that its
 * reader gives up is `poison`: the relay parks it in the outbox, which is this broker's dead-letter queue.
 */
export function createInProcessBroker(scheduler: Scheduler): InProcessBroker {
  const queues = new Map<string, Queue>()
  return {
    async publish(message) {
      if (queues.size === 0) return { kind: 'refused', reason: 'no queue is bound' }
      // What is handed over is what would be sent: text, read anew for each queue.
      const text = writePayResultMessage(message)
      const outcomes = await Promise.all(
        [...queues.values()].map((queue) => tracked(queue, hand(queue, text, scheduler))),
      )
      return worst(outcomes)
    },
    async subscribe(name, handler) {
      if (queues.has(name))
        throw new CheckoutError('broker_unavailable', `The queue ${name} has a reader in this process.`)
      const queue: Queue = { name, handler, running: new Set() }
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

function tracked<Result>(queue: Queue, work: Promise<Result>): Promise<Result> {
  queue.running.add(work)
  return work.finally(() => queue.running.delete(work))
}

async function hand(queue: Queue, text: string, scheduler: Scheduler): Promise<PublishOutcome> {
  for (let tries = 1; ; tries += 1) {
    try {
      await queue.handler(readPayResultMessage(text))
      return { kind: 'confirmed' }
    } catch (error) {
      const final = error instanceof PermanentFailure || tries === TRIES
      if (final) return { kind: 'poison', reason: `${queue.name}: ${reasonOf(error)}` }
      await pause(scheduler)
    }
  }
}

const pause = (scheduler: Scheduler) => new Promise<void>((resolve) => scheduler.schedule(RETRY_AFTER_MS, resolve))

const reasonOf = (error: unknown) => (error instanceof Error ? error.message : 'handler failed').slice(0, 500)

function worst(outcomes: readonly PublishOutcome[]): PublishOutcome {
  return outcomes.find((outcome) => outcome.kind !== 'confirmed') ?? { kind: 'confirmed' }
}
