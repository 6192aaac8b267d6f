import type { PayResultMessage, ReceivedPayResultMessage } from '../shared/pay-result-message.js'
import type { MessageSubscriber } from '../shared/ports/message-subscriber.js'
import type { SpanAttributes } from '../shared/ports/tracer.js'
import { noopTracer } from '../shared/tracing.js'

/** Handles each message in a span that continues the trace which came with it. */
export const tracedSubscriber = (subscriber: MessageSubscriber, tracer = noopTracer): MessageSubscriber => ({
  subscribe: (queue, handler) =>
    subscriber.subscribe(queue, (message) => {
      const attributes = { ...messageSpanAttributes(message), 'messaging.destination.name': queue }
      const options = { kind: 'consumer', parent: message.traceparent ?? null, attributes } as const
      return tracer.trace('process message', options, () => handler(message))
    }),
})

/** What names a message, its order and its payment. */
export const messageSpanAttributes = ({
  id,
  messageType,
  orderId,
  payNo,
}: PayResultMessage | ReceivedPayResultMessage) =>
  ({
    'messaging.message.id': id,
    'coursepay.message_type': messageType,
    'coursepay.order_id': orderId,
    'coursepay.pay_no': payNo,
  }) satisfies SpanAttributes
