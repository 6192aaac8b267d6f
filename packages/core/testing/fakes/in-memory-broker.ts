import { CheckoutError } from '../../src/shared/checkout-error.js'
import { type PayResultMessage, writePayResultMessage } from '../../src/shared/pay-result-message.js'
import type { Scheduler } from '../../src/shared/ports/clock.js'
import type { MessagePublisher, PublishOutcome } from '../../src/shared/ports/message-publisher.js'
import type { MessageSubscriber } from '../../src/shared/ports/message-subscriber.js'
import { type DeadLetteredMessage, type InMemoryQueue, inMemoryQueue } from './in-memory-queue.js'

/**
 * How a publish goes. `lost_before` and `lost_after` both answer `unknown`: before, the message never arrived; after,
 * it is stored and only the answer was lost.
 */
export type PublishMode = 'confirm' | 'refuse' | 'undeliverable' | 'lost_before' | 'lost_after'

export interface InMemoryBroker {
  readonly publisher: MessagePublisher
  readonly subscriber: MessageSubscriber
  /** Declares and binds a queue, as a service that is not running now did before. */
  bindQueue(queue: string): void
  /** Puts any text into one queue, as another producer might. */
  deliver(queue: string, body: string): void
  answer(mode: PublishMode): void
  /** Every message published from now on arrives this many times. */
  repeat(times: number): void
  /** Hands nothing out while held, so that messages pile up. */
  hold(held: boolean): void
  /** Hands the newest out first. */
  reverse(reversed: boolean): void
  /** Refuses to give this queue to anyone, as when it was declared with other arguments. */
  refuseQueue(queue: string): void
  deadLetters(queue: string): readonly DeadLetteredMessage[]
  /** Bodies that wait in a queue, those between two tries apart. */
  bodies(queue: string): readonly string[]
  /** How many messages of a queue are not handed out now, those between two tries included. */
  waiting(queue: string): number
}

/**
 * A fanout exchange with its queues, publisher and subscriber in one. The second between two tries goes by `scheduler`.
 */
export function inMemoryBroker(scheduler: Scheduler): InMemoryBroker {
  const queues = new Map<string, InMemoryQueue>()
  const refused = new Set<string>()
  const flow = { held: false, reversed: false }
  const script: { mode: PublishMode; times: number } = { mode: 'confirm', times: 1 }

  function queueOf(name: string): InMemoryQueue {
    const queue = queues.get(name) ?? inMemoryQueue(scheduler, flow)
    queues.set(name, queue)
    return queue
  }
  function store(message: PayResultMessage): PublishOutcome {
    if (queues.size === 0) return { kind: 'refused', reason: 'no queue is bound' }
    const body = writePayResultMessage(message)
    for (let time = 0; time < script.times; time += 1)
      for (const queue of queues.values()) queue.enqueue(body, message.traceparent)
    return { kind: 'confirmed' }
  }

  return {
    publisher: { timeLimitMs: 1_000, publish: async (message) => publishAs(script.mode, () => store(message)) },
    subscriber: {
      async subscribe(name, handler) {
        if (refused.has(name)) {
          const sentence = `The queue ${name} was declared otherwise. Delete it, or name another.`
          throw new CheckoutError('broker_unavailable', sentence)
        }
        return queueOf(name).subscribe(handler)
      },
    },
    bindQueue: (name) => void queueOf(name),
    deliver: (name, body) => queueOf(name).enqueue(body),
    answer: (mode) => {
      script.mode = mode
    },
    repeat: (times) => {
      script.times = times
    },
    hold(held) {
      flow.held = held
      for (const queue of queues.values()) queue.deliverReady()
    },
    reverse(reversed) {
      flow.reversed = reversed
    },
    refuseQueue: (name) => void refused.add(name),
    deadLetters: (name) => queueOf(name).deadLetters,
    bodies: (name) => queueOf(name).bodies(),
    waiting: (name) => queueOf(name).waiting(),
  }
}

function publishAs(mode: PublishMode, store: () => PublishOutcome): PublishOutcome {
  switch (mode) {
    case 'confirm':
      return store()
    case 'refuse':
      return { kind: 'refused', reason: 'the broker said no' }
    case 'undeliverable':
      return { kind: 'undeliverable', reason: 'the message can never be sent' }
    case 'lost_before':
      return { kind: 'unknown', reason: 'no word came' }
    case 'lost_after':
      store()
      return { kind: 'unknown', reason: 'no word came' }
  }
}
