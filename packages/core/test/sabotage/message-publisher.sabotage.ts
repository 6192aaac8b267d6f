import type { MessagePublisher, PublishOutcome } from '../../src/ports.js'
import { type MessagePublisherHarness, messagePublisherContract, sampleMessage } from '../../testing/contracts/index.js'
import { messagePublisherHarness } from '../harnesses/broker-harnesses.js'
import { FAKE_SECRET } from '../harnesses/fake-secret.js'
import { changed, type Sabotage, sabotaged } from './sabotage.js'

const inPublisher =
  (publish: (publisher: MessagePublisher) => MessagePublisher['publish']): Sabotage<MessagePublisherHarness> =>
  (harness) =>
    changed(harness, { publisher: { ...harness.publisher, publish: publish(harness.publisher) } })

/** Takes one outcome for another. */
const mistaken = (kind: PublishOutcome['kind'], spoil: (reason: string) => PublishOutcome) =>
  inPublisher(({ publish }) => async (message) => {
    const outcome = await publish(message)
    return outcome.kind === kind ? spoil('reason' in outcome ? outcome.reason : '') : outcome
  })

const inReceived =
  (spoil: (bodies: readonly string[], queue: string) => readonly string[]): Sabotage<MessagePublisherHarness> =>
  (harness) =>
    changed(harness, { received: async (queue) => spoil(await harness.received(queue), queue) })

export const messagePublisherSabotage = sabotaged(messagePublisherContract, messagePublisherHarness, {
  'confirms a message only once it is in every bound queue, as it was, its id as a string': [
    inPublisher(
      ({ publish }) =>
        (message) =>
          publish({ ...message, businessKey3: null }),
    ),
    inReceived((bodies) => bodies.map((body) => body.replace(/"id":"(\d+)"/, '"id":$1'))),
    inReceived((bodies, queue) => (queue.endsWith('materials') ? [] : bodies)),
  ],

  // Confirms what the broker dropped: `mandatory` was forgotten.
  'refuses when no queue is bound': mistaken('refused', () => ({ kind: 'confirmed' })),
  'refuses when the broker does, and nothing is stored': mistaken('refused', (reason) => ({ kind: 'unknown', reason })),
  'does not know when no word comes': mistaken('unknown', () => ({ kind: 'confirmed' })),

  'settles within the time limit that it names, also when no word comes': (harness) =>
    changed(harness, { publisher: { ...harness.publisher, timeLimitMs: Number.POSITIVE_INFINITY } }),

  'does not know, and does not throw, when the broker cannot be reached': inPublisher(
    ({ publish }) =>
      async (message) => {
        const outcome = await publish(message)
        if (outcome.kind === 'unknown') throw new Error('Channel closed')
        return outcome
      },
  ),

  'settles every one of many publishes when the broker is lost': mistaken('unknown', (reason) => ({
    kind: 'refused',
    reason,
  })),

  'calls a message undeliverable that can never arrive': mistaken('undeliverable', (reason) => ({
    kind: 'refused',
    reason,
  })),

  'sends many messages at once, and a repeated one again': [
    // Remembers what it sent.
    (harness) => {
      const sent = new Set<string>()
      return inPublisher(({ publish }) => async (message) => {
        if (sent.has(message.id)) return { kind: 'confirmed' }
        sent.add(message.id)
        return publish(message)
      })(harness)
    },
    // One place for the message in flight.
    (harness) => {
      let current = sampleMessage()
      return inPublisher(({ publish }) => async (message) => {
        current = message
        await null
        return publish(current)
      })(harness)
    },
  ],

  'confirms again once the broker is back, and says that it is unavailable only until then': [
    // Never connects again.
    (harness) => {
      let lost = false
      return inPublisher(({ publish }) => async (message) => {
        if (lost) return { kind: 'unknown', reason: 'not connected' }
        const outcome = await publish(message)
        lost = outcome.kind === 'unknown'
        return outcome
      })(harness)
    },
    // Once lost, always lost.
    (harness) => {
      let lost = false
      const publisher: MessagePublisher = {
        ...harness.publisher,
        available: () => !lost,
        async publish(message) {
          const outcome = await harness.publisher.publish(message)
          lost ||= outcome.kind === 'unknown'
          return outcome
        },
      }
      return changed(harness, { publisher })
    },
  ],

  'leaves no secret in its reasons': mistaken('unknown', () => ({
    kind: 'unknown',
    reason: `connect ECONNREFUSED amqp://guest:${FAKE_SECRET}@broker`,
  })),
})
