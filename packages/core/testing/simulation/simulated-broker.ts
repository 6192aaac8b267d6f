import {
  type PayResultMessage,
  readPayResultMessage,
  writePayResultMessage,
} from '../../src/shared/pay-result-message.js'
import type { SimulatedBroker } from './simulation-harness.js'

/** Seed: max-attempts 3. */
const MAX_TRIES = 3

interface QueuedMessage {
  readonly body: string
  readonly tries: number
}

/** One queue in memory, read message by message, in any order. */
export function simulatedBroker(): SimulatedBroker {
  const queue: QueuedMessage[] = []
  const deadLetters: (QueuedMessage & { readonly reason: string })[] = []
  const stored: PayResultMessage[] = []
  return {
    publisher: {
      timeLimitMs: 1_000,
      async publish(message) {
        stored.push(message)
        queue.push({ body: writePayResultMessage(message), tries: 0 })
        return { kind: 'confirmed' }
      },
    },
    waiting: () => queue.length,
    take(index) {
      const [copy] = queue.splice(index, 1)
      if (copy === undefined) return null
      const tries = copy.tries + 1
      return {
        message: readPayResultMessage(copy.body),
        acknowledge() {},
        fail(reason) {
          if (tries < MAX_TRIES) queue.push({ ...copy, tries })
          else deadLetters.push({ ...copy, reason })
        },
        requeue: () => queue.unshift(copy),
      }
    },
    deadLetters: () => deadLetters.map(({ reason }) => reason),
    redrive: () => void queue.push(...deadLetters.splice(0).map(({ body }) => ({ body, tries: 0 }))),
    stored: () => stored,
  }
}
