import { type MessagePublisherHarness, type MessageSubscriberHarness, sampleMessage } from '@coursepay/core/contracts'
import { writePayResultMessage } from '@coursepay/core/ports'
import { vi } from 'vitest'
import { deadLetterQueueOf } from '../../src/index.js'
import { openCorner, type RabbitCorner, rabbit } from './rabbit.js'

/** Small, so that a message can be too large for it. */
const WINDOW_BYTES = 64 * 1024
const secrets = [decodeURIComponent(new URL(rabbit.url).password)]

/** The suites name queues as the seed does; here each test has its own behind that name. */
const ownName = ({ prefix }: RabbitCorner, queue: string): string => `${prefix}.${queue}`

export async function rabbitPublisherHarness(): Promise<MessagePublisherHarness> {
  const corner = await openCorner()
  const wire = await corner.proxy()
  const { publisher } = await corner.openOverProxy({
    confirmTimeoutMs: 1_500,
    closeTimeoutMs: 500,
    window: { maxBytes: WINDOW_BYTES },
  })
  const bound: string[] = []
  return {
    publisher,
    async bindQueue(queue) {
      bound.push(ownName(corner, queue))
      await corner.bindQueue(ownName(corner, queue))
    },
    received: async (queue) => (await look(corner, ownName(corner, queue))).map(({ body }) => body),
    async refuse() {
      for (const queue of bound) await corner.beside((channel) => replaceByFullQueue(channel, corner, queue))
    },
    fallSilent: async () => wire.stall(),
    async breakDown() {
      wire.refuse(true)
      wire.cut()
    },
    async recover() {
      wire.refuse(false)
      await vi.waitUntil(() => publisher.available(), { timeout: 5_000, interval: 10 })
    },
    undeliverable: async () => sampleMessage(1, { businessKey3: 'x'.repeat(WINDOW_BYTES) }),
    secrets,
    dispose: () => corner.dispose(),
  }
}

type Besides = Parameters<Parameters<RabbitCorner['beside']>[0]>[0]

/** A queue that is full from the start: the broker nacks what would go into it. */
async function replaceByFullQueue(channel: Besides, { exchange }: RabbitCorner, queue: string): Promise<void> {
  await channel.deleteQueue(queue)
  await channel.assertQueue(queue, { durable: true, maxLength: 0, overflow: 'reject-publish' })
  await channel.bindQueue(queue, exchange, '')
}

interface Looked {
  readonly body: string
  readonly reason: string
}

/** Reads a queue and leaves it as it is. Empty when there is none. */
async function look(corner: RabbitCorner, queue: string): Promise<Looked[]> {
  return corner
    .beside(async (channel) => {
      const found: Looked[] = []
      // Whatever is not acknowledged goes back when the channel closes.
      for (let next = await channel.get(queue); next !== false; next = await channel.get(queue)) {
        found.push({ body: next.content.toString(), reason: String(next.properties.headers?.error ?? '') })
      }
      return found
    })
    .catch(() => [])
}

export async function rabbitSubscriberHarness(): Promise<MessageSubscriberHarness> {
  const corner = await openCorner()
  const wire = await corner.proxy()
  const { subscriber, publisher } = await corner.openOverProxy()
  return {
    subscriber: {
      subscribe(queue, handler) {
        corner.removeLater(ownName(corner, queue))
        return subscriber.subscribe(ownName(corner, queue), handler)
      },
    },
    send: (message) =>
      corner.beside(async (channel) => {
        const headers = message.traceparent === undefined ? {} : { traceparent: message.traceparent }
        channel.publish(corner.exchange, '', Buffer.from(writePayResultMessage(message)), { headers })
      }),
    sendRaw: (queue, body) => corner.put(ownName(corner, queue), body),
    now: () => Date.now(),
    passTime: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    deadLetters: (queue) => look(corner, deadLetterQueueOf(ownName(corner, queue))),
    spoilQueue: (queue) => corner.bindQueue(ownName(corner, queue)),
    async restartBroker() {
      wire.cut()
      await vi.waitUntil(() => publisher.available(), { timeout: 5_000, interval: 10 })
    },
    secrets,
    dispose: () => corner.dispose(),
  }
}
