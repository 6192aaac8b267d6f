import {
  type PayResultMessage,
  type ReceivedPayResultMessage,
  readPayResultMessage,
} from '../../src/shared/pay-result-message.js'
import type { MessagePublisher, PublishOutcome } from '../../src/shared/ports/message-publisher.js'
import { ensure, equal, showsNoSecret } from './assertions.js'
import { defineContract, type HarnessWithSecrets } from './define-contract.js'
import { sampleMessage } from './sample-data.js'

/** A broker with no queue bound, and its faults. */
export interface MessagePublisherHarness extends HarnessWithSecrets {
  readonly publisher: MessagePublisher
  /** Binds a queue, as a service does that reads it. */
  bindQueue(queue: string): Promise<void>
  /** Bodies that stand in a bound queue (or were handed to its reader), read beside the publisher, in any order. */
  received(queue: string): Promise<readonly string[]>
  /** From now on the broker definitely refuses to store. */
  refuse(): Promise<void>
  /** From now on the broker is silent: it may store, but gives no word. */
  fallSilent(): Promise<void>
  /** From now on the broker cannot be reached. */
  breakDown(): Promise<void>
  /** The broker is there again. Resolves once the publisher can be expected to have found it. */
  recover(): Promise<void>
  /**
   * A message that this publisher can never send, or whose readers give it up for good; with what makes it so arranged.
   */
  undeliverable(): Promise<PayResultMessage>
}

const QUEUE = 'paynotify_queue'
/** The relay's lease has as much to spare. */
const MARGIN_MS = 1_000

const readReceived = async (
  { received }: MessagePublisherHarness,
  queue = QUEUE,
): Promise<ReceivedPayResultMessage[]> =>
  (await received(queue)).map(readPayResultMessage).sort((some, other) => (some.id < other.id ? -1 : 1))

function expectReason(outcome: PublishOutcome, kind: PublishOutcome['kind']): void {
  equal(outcome.kind, kind, 'the outcome')
  ensure('reason' in outcome && outcome.reason.length > 0, 'There is a reason.')
}

export const messagePublisherContract = defineContract<MessagePublisherHarness>()('MessagePublisher', {
  'confirms a message only once it is in every bound queue, as it was, its id as a string': async (harness) => {
    const queues = [QUEUE, 'paynotify_queue_materials']
    const message = sampleMessage(1, { businessKey3: '第三 "📚"' })
    for (const queue of queues) await harness.bindQueue(queue)
    equal(await harness.publisher.publish(message), { kind: 'confirmed' })
    for (const queue of queues) equal(await readReceived(harness, queue), [message])
    const [body = ''] = await harness.received(QUEUE)
    ensure(body.includes(`"id":"${message.id}"`), 'No reader of the body rounds the id.')
  },

  'refuses when no queue is bound': async ({ publisher }) => {
    expectReason(await publisher.publish(sampleMessage()), 'refused')
  },

  'refuses when the broker does, and nothing is stored': async (harness) => {
    await harness.bindQueue(QUEUE)
    await harness.refuse()
    expectReason(await harness.publisher.publish(sampleMessage()), 'refused')
    equal(await harness.received(QUEUE), [])
  },

  'does not know when no word comes': async (harness) => {
    await harness.bindQueue(QUEUE)
    await harness.fallSilent()
    expectReason(await harness.publisher.publish(sampleMessage()), 'unknown')
  },

  'settles within the time limit that it names, also when no word comes': async (harness) => {
    const { timeLimitMs } = harness.publisher
    ensure(Number.isInteger(timeLimitMs) && timeLimitMs > 0, `${timeLimitMs} is no time limit in ms.`)
    await harness.bindQueue(QUEUE)
    await harness.fallSilent()
    const begin = Date.now()
    await harness.publisher.publish(sampleMessage())
    const tookMs = Date.now() - begin
    ensure(tookMs <= timeLimitMs + MARGIN_MS, `It took ${tookMs} ms, and the limit is ${timeLimitMs} ms.`)
  },

  'does not know, and does not throw, when the broker cannot be reached': async (harness) => {
    await harness.bindQueue(QUEUE)
    await harness.breakDown()
    expectReason(await harness.publisher.publish(sampleMessage()), 'unknown')
  },

  'settles every one of many publishes when the broker is lost': async (harness) => {
    await harness.bindQueue(QUEUE)
    const outcomes = [1, 2, 3].map((count) => harness.publisher.publish(sampleMessage(count)))
    await harness.breakDown()
    outcomes.push(...[4, 5, 6].map((count) => harness.publisher.publish(sampleMessage(count))))
    for (const { kind } of await Promise.all(outcomes))
      ensure(kind === 'confirmed' || kind === 'unknown', `A lost broker says nothing definite, and no ${kind}.`)
  },

  'calls a message undeliverable that can never arrive': async (harness) => {
    await harness.bindQueue(QUEUE)
    expectReason(await harness.publisher.publish(await harness.undeliverable()), 'undeliverable')
  },

  'sends many messages at once, and a repeated one again': async (harness) => {
    const messages = Array.from({ length: 50 }, (_, count) => sampleMessage(Math.floor(count / 2)))
    await harness.bindQueue(QUEUE)
    const outcomes = await Promise.all(messages.map((message) => harness.publisher.publish(message)))
    for (const { kind } of outcomes) equal(kind, 'confirmed', 'the outcome')
    equal(await readReceived(harness), messages)
  },

  'confirms again once the broker is back, and says that it is unavailable only until then': async (harness) => {
    const { publisher } = harness
    await harness.bindQueue(QUEUE)
    ensure(publisher.available?.() !== false, 'The publisher is available while the broker is there.')
    await harness.breakDown()
    await publisher.publish(sampleMessage(1))
    if (publisher.available?.() === false) equal((await publisher.publish(sampleMessage(2))).kind, 'unknown')
    await harness.recover()
    ensure(publisher.available?.() !== false, 'The publisher is available again.')
    equal(await publisher.publish(sampleMessage(3)), { kind: 'confirmed' })
    const ids = (await readReceived(harness)).map(({ id }) => id)
    ensure(ids.includes(sampleMessage(3).id), 'The message is in the queue.')
  },

  'leaves no secret in its reasons': async (harness) => {
    const refused = await harness.publisher.publish(sampleMessage(1))
    await harness.breakDown()
    showsNoSecret(harness, [refused, await harness.publisher.publish(sampleMessage(2))])
  },
})
