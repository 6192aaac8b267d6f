import { PermanentFailure } from '@coursepay/core'
import {
  type DeadLetteredMessage,
  type MessagePublisherHarness,
  type MessageSubscriberHarness,
  sampleMessage,
} from '@coursepay/core/contracts'
import { manualScheduler, settableClock } from '@coursepay/core/fakes'
import { type PayResultMessage, type ReceivedPayResultMessage, writePayResultMessage } from '@coursepay/core/ports'
import { createInProcessBroker } from '../../src/index.js'

const secrets = ['there is no secret in this process']

const bodyOf = (message: ReceivedPayResultMessage): string => writePayResultMessage(message as PayResultMessage)

export async function inProcessPublisherHarness(): Promise<MessagePublisherHarness> {
  const scheduler = manualScheduler(settableClock())
  const broker = createInProcessBroker(scheduler)
  const bodies = new Map<string, string[]>()
  const undeliverable = sampleMessage(98)
  return {
    publisher: broker,
    async bindQueue(queue) {
      bodies.set(queue, [])
      await broker.subscribe(queue, async (message) => {
        if (message.id === undeliverable.id) throw new PermanentFailure('no such choice')
        bodies.get(queue)?.push(bodyOf(message))
      })
    },
    received: async (queue) => bodies.get(queue) ?? [],
    refuse: async () => {},
    fallSilent: async () => {},
    breakDown: async () => {},
    recover: async () => {},
    undeliverable: async () => undeliverable,
    secrets,
    dispose: async () => {},
  }
}

export async function inProcessSubscriberHarness(): Promise<MessageSubscriberHarness> {
  const clock = settableClock()
  const scheduler = manualScheduler(clock)
  const broker = createInProcessBroker(scheduler)
  const letters: (DeadLetteredMessage & { readonly queue: string })[] = []
  async function publish(message: PayResultMessage): Promise<void> {
    const outcome = await broker.publish(message)
    // As the relay does.
    if (outcome.kind === 'unknown') scheduler.schedule(2_000, () => void publish(message))
    if (outcome.kind !== 'undeliverable') return
    // The reason begins with the queue's name: the outbox keeps one row for all queues.
    const [queue = ''] = outcome.reason.split(':')
    letters.push({ queue, body: writePayResultMessage(message), reason: outcome.reason })
  }
  return {
    subscriber: broker,
    send: async (message) => void publish(message),
    sendRaw: async (_queue, body) => void publish(JSON.parse(body)),
    now: () => clock.now(),
    passTime: (ms) => scheduler.advance(ms),
    deadLetters: async (queue) => letters.filter((letter) => letter.queue === queue),
    spoilQueue: async (queue) => void (await broker.subscribe(queue, async () => {})),
    restartBroker: async () => {},
    secrets,
    dispose: async () => {},
  }
}
