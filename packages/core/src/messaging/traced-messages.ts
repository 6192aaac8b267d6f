import type { PayResultMessage, ReceivedMessage } from '../shared/pay-result-message.js'
import type { MessagePublisher } from '../shared/ports/message-publisher.js'
import type { MessageSubscriber } from '../shared/ports/message-subscriber.js'
import type { SpanAttributes, Tracer } from '../shared/ports/tracer.js'

/** Sends each message in a span of its own, and that span's `traceparent` with it. */
export const tracedPublisher = (publisher: MessagePublisher, tracer: Tracer): MessagePublisher => ({
  timeLimitMs: publisher.timeLimitMs,
  publish: (message) =>
    tracer.trace('send message', { kind: 'producer', attributes: messageAttributes(message) }, async (span) => {
      const outcome = await publisher.publish({ ...message, traceparent: tracer.traceparent() })
      span.set({ 'coursepay.outcome': outcome.kind })
      return outcome
    }),
  available: () => publisher.available?.() ?? true,
})

/** Handles each message in a span that continues the trace which came with it. */
export const tracedSubscriber = (subscriber: MessageSubscriber, tracer: Tracer): MessageSubscriber => ({
  subscribe: (queue, handler) =>
    subscriber.subscribe(queue, (message) => {
      const attributes = { ...messageAttributes(message), 'messaging.destination.name': queue }
      const options = { kind: 'consumer', parent: message.traceparent ?? null, attributes } as const
      return tracer.trace('process message', options, () => handler(message))
    }),
})

/** What names a message, its order and its payment. */
export const messageAttributes = ({ id, messageType, orderId, payNo }: PayResultMessage | ReceivedMessage) =>
  ({
    'messaging.message.id': id,
    'coursepay.message_type': messageType,
    'coursepay.order_id': orderId,
    'coursepay.pay_no': payNo,
  }) satisfies SpanAttributes
