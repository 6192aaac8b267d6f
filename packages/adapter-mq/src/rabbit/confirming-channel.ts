import type { PublishOutcome } from '@coursepay/core/ports'
import { type ConfirmChannel, IllegalOperationError, type Message, type Options } from 'amqplib'
import { closeChannel } from './amqp-connection.js'
import { errorTextOf } from './broker-error.js'
import { PUBLISH_TRY_HEADER } from './delivery-headers.js'
import type { RabbitSettings } from './rabbit-settings.js'
import type { SupervisedResource } from './supervisor.js'

/** One message with its way: `exchange` '' and the queue's name reach one queue alone. */
export interface Envelope {
  readonly exchange: string
  readonly routingKey: string
  readonly content: Buffer
  readonly options: Options.Publish
}

/** A channel on which every message gets an answer of its own. */
export interface ConfirmingChannel extends SupervisedResource {
  /** Resolves when the broker answered or the channel ended; it has no time limit. Never rejects. */
  send(envelope: Envelope): Promise<PublishOutcome>
}

export const NACKED_REASON = 'the broker refused it (nack)'

interface PendingPublish {
  returnReason: string | null
}

/**
 * A callback per message, never `waitForConfirms`, which forgets earlier nacks. A returned message is confirmed too,
 * right after: `return` and confirm are brought together by the number of the try, since one message may be on the way
 * twice. Nothing but bookkeeping runs inside amqplib's callbacks: a throw there closes the connection.
 */
export function wrapConfirmChannel(channel: ConfirmChannel, settings: RabbitSettings): ConfirmingChannel {
  const ended = Promise.withResolvers<string>()
  const pending = new Map<string, PendingPublish>()
  let publishCount = 0
  let lastError = 'channel closed'
  channel.on('error', (error: Error) => {
    lastError = errorTextOf(error)
  })
  channel.on('close', () => ended.resolve(lastError))
  channel.on('return', (message: Message) => {
    const pendingPublish = pending.get(String(message.properties.headers?.[PUBLISH_TRY_HEADER]))
    if (pendingPublish !== undefined) pendingPublish.returnReason = returnReasonOf(message)
  })
  return {
    ended: ended.promise,
    async close() {
      await closeChannel(channel, settings)
      ended.resolve('closed')
    },
    send(envelope) {
      publishCount += 1
      const publishNumber = String(publishCount)
      const pendingPublish: PendingPublish = { returnReason: null }
      pending.set(publishNumber, pendingPublish)
      return new Promise((resolve) => {
        const settle = (outcome: PublishOutcome): void => {
          pending.delete(publishNumber)
          resolve(outcome)
        }
        try {
          publishWithTryHeader(channel, envelope, publishNumber, (error) =>
            settle(confirmOutcomeOf(error, pendingPublish, lastError)),
          )
        } catch (error) {
          settle(thrownOutcomeOf(error))
        }
      })
    },
  }
}

function publishWithTryHeader(
  channel: ConfirmChannel,
  { exchange, routingKey, content, options }: Envelope,
  publishNumber: string,
  onConfirm: (error: unknown) => void,
): void {
  const headers = { ...options.headers, [PUBLISH_TRY_HEADER]: publishNumber }
  channel.publish(exchange, routingKey, content, { ...options, headers, persistent: true, mandatory: true }, onConfirm)
}

/** `NO_ROUTE` (312) is the everyday one: nothing is bound, or the queue is gone. */
function returnReasonOf({ fields }: Message): string {
  const text: unknown = Reflect.get(fields, 'replyText')
  return text === 'NO_ROUTE' ? 'no queue is bound' : `returned by the broker: ${String(text)}`
}

function confirmOutcomeOf(error: unknown, { returnReason }: PendingPublish, lastError: string): PublishOutcome {
  if (returnReason !== null) return { kind: 'refused', reason: returnReason }
  if (error === null || error === undefined) return { kind: 'confirmed' }
  const reason = errorTextOf(error)
  if (reason === 'message nacked') return { kind: 'refused', reason: NACKED_REASON }
  return { kind: 'unknown', reason: reason === 'channel closed' ? lastError : reason }
}

/** A closed channel throws at once; any other throw comes from encoding, and will come again. */
const thrownOutcomeOf = (error: unknown): PublishOutcome =>
  error instanceof IllegalOperationError
    ? { kind: 'unknown', reason: errorTextOf(error) }
    : { kind: 'undeliverable', reason: `it cannot be encoded: ${errorTextOf(error)}` }
