import {
  type Clock,
  type MessageHandler,
  PermanentFailure,
  type PublishOutcome,
  type ReceivedMessage,
  readPayResultMessage,
  type Scheduler,
} from '@coursepay/core'
import { deadLetterQueueOf, RETRY_AFTER_MS, retryQueueOf, TRIES } from '../topology.js'
import { textOf } from './broker-error.js'
import type { OnBrokerEvent } from './broker-event.js'
import type { Envelope } from './confirming-channel.js'
import type { Delivery } from './delivery.js'
import { ATTEMPT, attemptOf, copyOptions, ERROR, FAILED_AT, ORIGINAL_QUEUE } from './delivery-headers.js'
import { pause } from './waiting.js'

export interface HandlingParts {
  readonly queue: string
  readonly handler: MessageHandler
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly onEvent: OnBrokerEvent
  /** Sends a copy to one queue and says what became of it. */
  sendCopy(envelope: Envelope): Promise<PublishOutcome>
  /** Declares the queues anew: one of them is gone. */
  redeclare(): Promise<void>
  isStopping(): boolean
}

/** The reason in a header is for people; a header table must stay below 64 KiB. */
const LONGEST_REASON = 500

const utf8 = new TextDecoder('utf-8', { fatal: true })

interface Failure {
  readonly reason: string
  readonly permanent: boolean
}

/**
 * Tries the handler once, then settles: done → ack; failed → a copy into the retry queue, or after the last try into the dead-letter
 * queue, and the ack only once that copy is confirmed. A crash between the two leaves one copy more, never one less. Never rejects.
 */
export async function handleDelivery(parts: HandlingParts, delivery: Delivery): Promise<void> {
  const failure = await tryHandler(parts.handler, delivery.message.content)
  if (failure === null) return delivery.ack()
  const { queue, onEvent } = parts
  const attempt = attemptOf(delivery.message.properties.headers)
  const { reason } = failure
  const final = failure.permanent || attempt >= TRIES
  onEvent({ kind: final ? 'dead_lettered' : 'try_failed', queue, attempt, reason })
  const headers = final ? deadLetterHeaders(parts, attempt, reason) : { [ATTEMPT]: attempt + 1 }
  const copy: Envelope = {
    exchange: '',
    routingKey: final ? deadLetterQueueOf(queue) : retryQueueOf(queue),
    content: delivery.message.content,
    options: copyOptions(delivery.message, headers),
  }
  await replace(parts, delivery, copy, headers)
}

async function tryHandler(handler: MessageHandler, content: Buffer): Promise<Failure | null> {
  let message: ReceivedMessage
  try {
    message = readPayResultMessage(utf8.decode(content))
  } catch (error) {
    return { reason: `malformed message: ${textOf(error)}`.slice(0, LONGEST_REASON), permanent: true }
  }
  try {
    await handler(message)
    return null
  } catch (error) {
    // By name too: a handler may throw the class of another copy of core.
    const permanent = error instanceof PermanentFailure || (error instanceof Error && error.name === 'PermanentFailure')
    return { reason: textOf(error).slice(0, LONGEST_REASON), permanent }
  }
}

const deadLetterHeaders = ({ queue, clock }: HandlingParts, attempt: number, reason: string) => ({
  [ATTEMPT]: attempt,
  [ERROR]: reason,
  [FAILED_AT]: new Date(clock.now()).toISOString(),
  [ORIGINAL_QUEUE]: queue,
})

/** Sends the copy until it is confirmed; meanwhile the message is kept, which also slows the reader down. */
async function replace(
  parts: HandlingParts,
  delivery: Delivery,
  copy: Envelope,
  ownHeaders: Record<string, unknown>,
): Promise<void> {
  let next = copy
  while (delivery.isAlive()) {
    const outcome = await parts.sendCopy(next)
    if (outcome.kind === 'confirmed') return delivery.ack()
    parts.onEvent({ kind: 'copy_failed', queue: parts.queue, reason: outcome.reason })
    if (parts.isStopping()) return delivery.giveBack()
    if (outcome.kind === 'refused') await parts.redeclare().catch(() => {})
    // The producer's headers and ours together are too large: ours are what counts.
    if (outcome.kind === 'poison') next = { ...copy, options: { ...copy.options, headers: ownHeaders } }
    await pause(parts.scheduler, RETRY_AFTER_MS)
  }
}
