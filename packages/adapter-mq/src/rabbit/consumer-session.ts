import type { Channel, ConsumeMessage } from 'amqplib'
import { type AmqpConnection, closeChannel } from './amqp-connection.js'
import { textOf } from './broker-error.js'
import { createDelivery, type Delivery } from './delivery.js'
import type { RabbitSettings } from './rabbit-settings.js'
import type { Resource } from './supervisor.js'
import { withTimeout } from './timeouts.js'

/** One reader of a queue on a channel of its own. */
export interface ConsumerSession extends Resource {
  /** Outcome: the broker delivers no further message; the channel stays open for the acks of running handlers. Never rejects. */
  cancel(): Promise<void>
  /** Accepts no further message, waits for running handlers, and ends with the reason. Never rejects. */
  pause(reason: string): Promise<void>
}

export interface ConsumerParts {
  readonly queue: string
  readonly settings: RabbitSettings
  /** Must not throw: inside amqplib a throw closes the channel. */
  onDelivery(delivery: Delivery): void
  /** Resolves when nothing that came from this consumer is in work. */
  idle(): Promise<void>
}

/**
 * Begins with one message at a time, and takes as many as `prefetch` says only once a message comes that nobody held before: what a process
 * held when it died comes first, and one of it may be what killed it. So each further death counts against that one alone.
 */
export async function openConsumer(connection: AmqpConnection, parts: ConsumerParts): Promise<ConsumerSession> {
  const { settings, onDelivery } = parts
  const channel = await connection.openChannel()
  const ended = Promise.withResolvers<string>()
  const tags: string[] = []
  let open = true
  let widening = Promise.resolve()
  let isWide = settings.prefetch === 1
  let lastError = 'channel closed'
  channel.on('error', (error: Error) => {
    lastError = textOf(error)
  })
  channel.on('close', () => {
    open = false
    ended.resolve(lastError)
  })
  /** The queue was deleted, or the broker took the consumer away. Acks of what is in work still go through. */
  function onCancelled(): void {
    ended.resolve('the broker cancelled the consumer')
    void parts.idle().then(() => closeChannel(channel, settings))
  }
  function onMessage(message: ConsumeMessage | null): void {
    if (message === null) {
      onCancelled()
      return
    }
    if (!isWide && !message.fields.redelivered) widen()
    onDelivery(createDelivery(channel, message, () => open))
  }
  async function consume(prefetch: number): Promise<void> {
    await connection.call('Setting the prefetch', channel.prefetch(prefetch))
    const { consumerTag } = await connection.call('Consuming', channel.consume(parts.queue, onMessage))
    tags.push(consumerTag)
  }
  /** A second consumer, since the prefetch of one that is there cannot be changed. */
  function widen(): void {
    isWide = true
    widening = consume(settings.prefetch - 1).catch((error: unknown) => {
      ended.resolve(textOf(error))
      return session.close()
    })
  }
  const session: ConsumerSession = {
    ended: ended.promise,
    async cancel() {
      isWide = true
      await widening
      await Promise.all(tags.map((tag) => cancelQuietly(channel, tag, settings, () => open)))
    },
    async pause(reason) {
      await session.cancel()
      await withTimeout(settings.scheduler, settings.stopTimeoutMs, 'Waiting for handlers', parts.idle()).catch(
        () => {},
      )
      ended.resolve(reason)
      await session.close()
    },
    async close() {
      await closeChannel(channel, settings)
      open = false
      ended.resolve('closed')
    },
  }
  try {
    await consume(1)
    return session
  } catch (error) {
    await session.close()
    throw error
  }
}

async function cancelQuietly(channel: Channel, tag: string, settings: RabbitSettings, isOpen: () => boolean) {
  if (!isOpen()) return
  const cancelled = Promise.resolve().then(() => channel.cancel(tag))
  await withTimeout(settings.scheduler, settings.closeTimeoutMs, 'Cancelling', cancelled).catch(() => {})
}
