import type { Channel, ConsumeMessage } from 'amqplib'
import { type AmqpConnection, closeChannel } from './amqp-connection.js'
import { textOf } from './broker-error.js'
import { createDelivery, type Delivery } from './delivery.js'
import type { Living } from './keeper.js'
import type { RabbitSettings } from './rabbit-settings.js'
import { within } from './waiting.js'

/** One consumer on a channel of its own. */
export interface ConsumerSession extends Living {
  /** Outcome: the broker hands out nothing more; the channel stays, for the acks of what is in work. Never rejects. */
  cancel(): Promise<void>
}

export interface ConsumerParts {
  readonly queue: string
  readonly settings: RabbitSettings
  /** Must not throw: inside amqplib a throw closes the channel. */
  onDelivery(delivery: Delivery): void
  /** Resolves when nothing that came from this consumer is in work. */
  idle(): Promise<void>
}

export async function openConsumer(connection: AmqpConnection, parts: ConsumerParts): Promise<ConsumerSession> {
  const { settings, onDelivery } = parts
  const channel = await connection.openChannel()
  const ended = Promise.withResolvers<string>()
  let open = true
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
    if (message === null) onCancelled()
    else onDelivery(createDelivery(channel, message, () => open))
  }
  const consumerTag = await startConsuming(connection, channel, parts, onMessage)
  return {
    ended: ended.promise,
    cancel: () => cancelQuietly(channel, consumerTag, settings, () => open),
    async close() {
      await closeChannel(channel, settings)
      open = false
      ended.resolve('closed')
    },
  }
}

async function startConsuming(
  connection: AmqpConnection,
  channel: Channel,
  { queue, settings }: ConsumerParts,
  onMessage: (message: ConsumeMessage | null) => void,
): Promise<string> {
  try {
    await connection.call('Setting the prefetch', channel.prefetch(settings.prefetch))
    const { consumerTag } = await connection.call('Consuming', channel.consume(queue, onMessage))
    return consumerTag
  } catch (error) {
    await closeChannel(channel, settings)
    throw error
  }
}

async function cancelQuietly(channel: Channel, tag: string, settings: RabbitSettings, isOpen: () => boolean) {
  if (!isOpen()) return
  const cancelled = Promise.resolve().then(() => channel.cancel(tag))
  await within(settings.scheduler, settings.closeTimeoutMs, 'Cancelling', cancelled).catch(() => {})
}
