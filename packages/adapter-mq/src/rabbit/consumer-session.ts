import type { Channel, ConsumeMessage } from 'amqplib'
import { isolationQueueOf } from '../topology.js'
import { type AmqpConnection, closeChannel } from './amqp-connection.js'
import { errorTextOf } from './broker-error.js'
import { createDelivery, type Delivery } from './delivery.js'
import type { RabbitSettings } from './rabbit-settings.js'
import type { SupervisedResource } from './supervisor.js'
import { withTimeout } from './timeouts.js'

/** One consumer of a queue on a channel of its own. */
export interface ConsumerSession extends SupervisedResource {
  /**
   * Outcome: the broker delivers no further message; the channel stays open for the acks of running handlers. Never
   * rejects.
   */
  cancel(): Promise<void>
  /** Accepts no further message, waits for running handlers, and ends with the reason. Never rejects. */
  pause(reason: string): Promise<void>
}

export interface ConsumerDependencies {
  readonly queue: string
  readonly settings: RabbitSettings
  /** Must not throw, like `onIsolated`: inside amqplib a throw closes the channel. */
  onDelivery(delivery: Delivery): void
  /** Of the isolation queue, one at a time. */
  onIsolated(delivery: Delivery): void
  /** Resolves when nothing that came from this consumer is in work. */
  waitUntilIdle(): Promise<void>
}

/** A connection that is lost again at once must not count against the message that is handled alone. */
const ISOLATION_CONSUMER_DELAY_MS = 1_000

export async function openConsumerSession(
  connection: AmqpConnection,
  dependencies: ConsumerDependencies,
): Promise<ConsumerSession> {
  const { queue, settings, onDelivery, onIsolated } = dependencies
  const channel = await connection.openChannel()
  const ended = Promise.withResolvers<string>()
  const consumerTags: string[] = []
  let isOpen = true
  let lastError = 'channel closed'
  channel.on('error', (error: Error) => {
    lastError = errorTextOf(error)
  })
  channel.on('close', () => {
    isOpen = false
    ended.resolve(lastError)
  })
  /** The queue was deleted, or the broker took the consumer away. Acks of what is in work still go through. */
  function onCancelled(): void {
    ended.resolve('the broker cancelled the consumer')
    void dependencies.waitUntilIdle().then(() => closeChannel(channel, settings))
  }
  async function consume(
    queueName: string,
    prefetch: number,
    onDelivered: (delivery: Delivery) => void,
  ): Promise<void> {
    const onMessage = (message: ConsumeMessage | null): void => {
      if (message === null) onCancelled()
      else onDelivered(createDelivery(channel, message, () => isOpen))
    }
    await connection.awaitReply('Setting the prefetch', channel.prefetch(prefetch))
    const { consumerTag } = await connection.awaitReply('Consuming', channel.consume(queueName, onMessage))
    consumerTags.push(consumerTag)
  }
  let isolationConsumerStart: Promise<unknown> = Promise.resolve()
  const cancelDelayedStart = settings.scheduler.schedule(ISOLATION_CONSUMER_DELAY_MS, () => {
    isolationConsumerStart = consume(isolationQueueOf(queue), 1, onIsolated).catch((error: unknown) => {
      ended.resolve(errorTextOf(error))
      return session.close()
    })
  })
  void ended.promise.then(cancelDelayedStart)
  const session: ConsumerSession = {
    ended: ended.promise,
    async cancel() {
      cancelDelayedStart()
      await isolationConsumerStart
      await Promise.all(consumerTags.map((tag) => cancelConsumer(channel, tag, settings, () => isOpen)))
    },
    async pause(reason) {
      await session.cancel()
      await withTimeout(
        settings.scheduler,
        settings.stopTimeoutMs,
        'Waiting for handlers',
        dependencies.waitUntilIdle(),
      ).catch(() => {})
      ended.resolve(reason)
      await session.close()
    },
    async close() {
      await closeChannel(channel, settings)
      isOpen = false
      ended.resolve('closed')
    },
  }
  try {
    await consume(queue, settings.prefetch, onDelivery)
    return session
  } catch (error) {
    await session.close()
    throw error
  }
}

async function cancelConsumer(channel: Channel, tag: string, settings: RabbitSettings, isOpen: () => boolean) {
  if (!isOpen()) return
  const cancelled = Promise.resolve().then(() => channel.cancel(tag))
  await withTimeout(settings.scheduler, settings.closeTimeoutMs, 'Cancelling', cancelled).catch(() => {})
}
