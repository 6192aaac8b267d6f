import { writePayResultMessage } from '@coursepay/core/ports'
import { PROOF_HEADER } from '../message-proof.js'
import type { ConfirmingSender } from './confirming-sender.js'
import { TRACEPARENT_HEADER } from './delivery-headers.js'
import type { RabbitPublisher } from './rabbit-broker.js'
import type { RabbitSettings } from './rabbit-settings.js'

type PublisherSettings = Pick<RabbitSettings, 'exchange' | 'confirmTimeoutMs' | 'window' | 'signMessage'>

/** Publishes to the exchange; a message that no queue takes is `refused`. */
export function createRabbitPublisher(sender: ConfirmingSender, settings: PublisherSettings): RabbitPublisher {
  const { exchange, confirmTimeoutMs, window, signMessage } = settings
  return {
    // It may wait for room first, and then for its confirm.
    timeLimitMs: 2 * confirmTimeoutMs,
    async publish(message) {
      const content = Buffer.from(writePayResultMessage(message))
      // The broker, too, closes the channel on what is too large for it: such a message would be tried for ever.
      if (content.length > window.maxBytes) {
        return {
          kind: 'undeliverable',
          reason: `${content.length} bytes are more than the window of ${window.maxBytes}`,
        }
      }
      const { id: messageId, messageType: type } = message
      const headers = {
        ...(signMessage !== null && { [PROOF_HEADER]: signMessage(content) }),
        ...(message.traceparent !== undefined && { [TRACEPARENT_HEADER]: message.traceparent }),
      }
      const options = { contentType: 'application/json', messageId, type, headers }
      return sender.send({ exchange, routingKey: '', content, options })
    },
    available: () => sender.available(),
    isBlocked: () => sender.isBlocked(),
  }
}
