import {
  type MessagePublisherHarness,
  type MessageSubscriberHarness,
  sampleMessage,
} from '../../testing/contracts/index.js'
import { inMemoryBroker, manualScheduler, settableClock } from '../../testing/fakes/index.js'
import { FAKE_SECRET } from './fake-secret.js'

export async function messagePublisherHarness(): Promise<MessagePublisherHarness> {
  const broker = inMemoryBroker(manualScheduler(settableClock()))
  return {
    publisher: broker.publisher,
    bindQueue: async (queue) => broker.bindQueue(queue),
    received: async (queue) => broker.bodies(queue),
    refuse: async () => broker.answer('refuse'),
    fallSilent: async () => broker.answer('lost_after'),
    breakDown: async () => broker.answer('lost_before'),
    recover: async () => broker.answer('confirm'),
    async undeliverable() {
      broker.answer('undeliverable')
      return sampleMessage()
    },
    secrets: [FAKE_SECRET],
    dispose: async () => {},
  }
}

export async function messageSubscriberHarness(): Promise<MessageSubscriberHarness> {
  const clock = settableClock()
  const scheduler = manualScheduler(clock)
  const broker = inMemoryBroker(scheduler)
  return {
    subscriber: broker.subscriber,
    send: async (message) => void (await broker.publisher.publish(message)),
    sendRaw: async (queue, body) => broker.deliver(queue, body),
    now: clock.now,
    passTime: scheduler.advance,
    deadLetters: async (queue) => broker.deadLetters(queue),
    spoilQueue: async (queue) => broker.refuseQueue(queue),
    restartBroker: async () => {
      broker.hold(true)
      broker.hold(false)
    },
    secrets: [FAKE_SECRET],
    dispose: async () => {},
  }
}
