import { type MessagePublisher, writePayResultMessage } from '@coursepay/core'
import type { ConfirmingSender } from './confirming-sender.js'
import type { RabbitSettings } from './rabbit-settings.js'

/** `MessagePublisher` on RabbitMQ, with what the relay asks before it claims. */
export interface RabbitPublisher extends MessagePublisher {
  /** False while a publish has no chance: not connected, blocked, or being closed. */
  available(): boolean
  /** The broker is short of memory or disk and takes nothing. */
  isBlocked(): boolean
}

type PublisherSettings = Pick<RabbitSettings, 'exchange' | 'confirmTimeoutMs'>

/** Publishes to the exchange; a message that no queue takes is `refused`. */
export function createRabbitPublisher(sender: ConfirmingSender, settings: PublisherSettings): RabbitPublisher {
  const { exchange, confirmTimeoutMs } = settings
  return {
    // It may wait for room first, and then for its confirm.
    timeLimitMs: 2 * confirmTimeoutMs,
    publish: (message) =>
      sender.send({
        exchange,
        routingKey: '',
        content: Buffer.from(writePayResultMessage(message)),
        options: { contentType: 'application/json', messageId: message.id, type: message.messageType },
      }),
    available: () => sender.available(),
    isBlocked: () => sender.isBlocked(),
  }
}
