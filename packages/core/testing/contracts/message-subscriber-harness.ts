import type { PayResultMessage, ReceivedPayResultMessage } from '../../src/shared/pay-result-message.js'
import type { EpochMs } from '../../src/shared/ports/clock.js'
import type { MessageHandler, MessageSubscriber, Subscription } from '../../src/shared/ports/message-subscriber.js'
import type { DeadLetteredMessage } from '../fakes/in-memory-queue.js'
import { ensure } from './assertions.js'
import type { HarnessWithSecrets } from './define-contract.js'

/** A broker, the time it goes by, and the world beside the subscriber. */
export interface MessageSubscriberHarness extends HarnessWithSecrets {
  readonly subscriber: MessageSubscriber
  /** Hands a message to the broker for every bound queue; need not wait until anybody has it. */
  send(message: PayResultMessage): Promise<void>
  /** Puts a body into one queue, as a producer in another language does. */
  sendRaw(queue: string, body: string): Promise<void>
  /** The time that the second between two tries goes by, and a way to let it pass: turns a clock, or waits. */
  now(): EpochMs
  passTime(ms: number): Promise<void>
  /** Dead letters of a queue, read beside the subscriber. */
  deadLetters(queue: string): Promise<readonly DeadLetteredMessage[]>
  /** Makes it impossible to have this queue as asked (declared otherwise, taken by somebody). */
  spoilQueue(queue: string): Promise<void>
  /** The broker is lost for a moment, with every connection to it. Resolves when it is there again. */
  restartBroker(): Promise<void>
}

export const QUEUE = 'paynotify_queue'

const STEP_MS = 50
const MAX_WAIT_MS = 20_000

export async function waitUntil(
  { now, passTime }: Pick<MessageSubscriberHarness, 'now' | 'passTime'>,
  what: string,
  condition: () => boolean | Promise<boolean>,
): Promise<void> {
  const end = now() + MAX_WAIT_MS
  while (!(await condition())) {
    ensure(now() < end, `Waited in vain until ${what}.`)
    await passTime(STEP_MS)
  }
}

interface HandlerCall {
  readonly message: ReceivedPayResultMessage
  readonly at: EpochMs
}

export interface RecordingConsumer {
  readonly calls: readonly HandlerCall[]
  readonly subscription: Subscription
  untilCalled(times: number): Promise<void>
}

/** Subscribes with a handler that keeps what it is given, and then does `act`. */
export async function consumeWith(
  harness: MessageSubscriberHarness,
  act: MessageHandler = async () => {},
  queue = QUEUE,
): Promise<RecordingConsumer> {
  const tries: HandlerCall[] = []
  const subscription = await harness.subscriber.subscribe(queue, async (message) => {
    tries.push({ message, at: harness.now() })
    await act(message)
  })
  return {
    calls: tries,
    subscription,
    untilCalled: (times) => waitUntil(harness, `the handler was called ${times} times`, () => tries.length >= times),
  }
}

export async function untilDeadLettered(
  harness: MessageSubscriberHarness,
  count: number,
): Promise<readonly DeadLetteredMessage[]> {
  await waitUntil(
    harness,
    `${count} messages are dead letters`,
    async () => (await harness.deadLetters(QUEUE)).length >= count,
  )
  return harness.deadLetters(QUEUE)
}
