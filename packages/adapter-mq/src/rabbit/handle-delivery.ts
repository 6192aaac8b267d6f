import { isUnavailable, PermanentFailure } from '@coursepay/core'
import {
  MAX_MESSAGE_BYTES,
  type MessageHandler,
  type PublishOutcome,
  type ReceivedPayResultMessage,
  readPayResultMessage,
  validTraceparent,
} from '@coursepay/core/ports'
import { PROOF_HEADER } from '../message-proof.js'
import { deadLetterQueueOf, isolationQueueOf, MAX_ATTEMPTS, RETRY_DELAY_MS, retryQueueOf } from '../topology.js'
import { errorTextOf } from './broker-error.js'
import type { Envelope } from './confirming-channel.js'
import type { Delivery } from './delivery.js'
import {
  ATTEMPT_HEADER,
  attemptOf,
  ERROR_HEADER,
  FAILED_AT_HEADER,
  ORIGINAL_QUEUE_HEADER,
  publishOptionsOfCopy,
  TRACEPARENT_HEADER,
  WAITING_SINCE_HEADER,
} from './delivery-headers.js'
import type { RabbitSettings } from './rabbit-settings.js'
import type { SharedExclusiveLock } from './shared-exclusive-lock.js'
import { waitUntilElapsedOrAborted } from './timeouts.js'

export interface HandlingContext {
  readonly queue: string
  readonly handler: MessageHandler
  readonly settings: Pick<RabbitSettings, 'clock' | 'scheduler' | 'onEvent' | 'proofErrorOf'>
  /** Sends a copy to one queue and says what became of it. */
  sendCopy(envelope: Envelope): Promise<PublishOutcome>
  /** Declares the queues again: one of them is gone. */
  redeclareQueues(): Promise<void>
  /** The handler cannot work now, by its own word. */
  onUnavailable(reason: string): void
  onHandled(): void
  /** True when a message was handled within this time: whatever fails then is not the store as a whole. */
  hasHandledWithin(ms: number): boolean
  isStopping(): boolean
}

/** A message that the consumer cannot work on for so long, while it works on others, is at fault itself. */
const DEAD_LETTER_AFTER_UNAVAILABLE_MS = 300_000
const RECENT_SUCCESS_MS = 60_000
/** The reason in a header is for people; a header table must stay below 64 KiB. */
const MAX_REASON_LENGTH = 500

const utf8Decoder = new TextDecoder('utf-8', { fatal: true })

/** `unavailable` ends without our doing and is no fault of the message: it counts as no try. */
interface HandlingFailure {
  readonly kind: 'permanent' | 'counted' | 'unavailable'
  readonly reason: string
}

/**
 * Tries the handler once, then settles: done → ack; failed → a copy into the retry queue, or after the last try into
 * the dead-letter queue, and the ack only once that copy is confirmed. A crash between the two leaves one copy more,
 * never one less. Never rejects.
 */
export async function handleDelivery(context: HandlingContext, delivery: Delivery): Promise<void> {
  const failure = await tryHandler(context, delivery)
  if (failure === null) {
    context.onHandled()
    return delivery.ack()
  }
  const { queue, settings } = context
  const { kind, reason } = failure
  if (kind === 'unavailable' && !isMessageAtFault(context, delivery)) {
    context.onUnavailable(reason)
    return delayWithSameAttempt(context, delivery)
  }
  const attempt = attemptOf(delivery.message.properties.headers)
  const isFinal = kind === 'permanent' || attempt >= MAX_ATTEMPTS
  settings.onEvent({
    kind: isFinal ? 'dead_lettered' : 'try_failed',
    queue,
    attempt,
    reason,
    ...loggedIdsOf(delivery),
  })
  if (!isFinal) {
    const waitingSinceMs = readWaitingSinceMs(delivery)
    const waitingSince = waitingSinceMs === null ? {} : { [WAITING_SINCE_HEADER]: waitingSinceMs }
    const headers = { [ATTEMPT_HEADER]: attempt + 1, ...waitingSince }
    await republishAndAck(context, delivery, retryQueueOf(queue), headers)
    return
  }
  await republishAndAck(context, delivery, deadLetterQueueOf(queue), createDeadLetterHeaders(context, attempt, reason))
}

/**
 * Sends a message to the retry queue as it came, so that nothing counts against it: a message that is held or handed
 * back is counted by the broker when the process or the connection dies.
 */
export async function delayWithSameAttempt(context: HandlingContext, delivery: Delivery): Promise<void> {
  const waitingSinceMs = readWaitingSinceMs(delivery) ?? context.settings.clock.now()
  const attempt = attemptOf(delivery.message.properties.headers)
  await republishAndAck(context, delivery, retryQueueOf(context.queue), {
    [ATTEMPT_HEADER]: attempt,
    [WAITING_SINCE_HEADER]: waitingSinceMs,
  })
}

/**
 * Refusals of a copy after which a redelivered message is handled here: an isolation queue without its nodes must not
 * stop the reading.
 */
const MAX_ISOLATION_REFUSALS = 3

/**
 * A consumer died while it held this message: it goes to the isolation queue, and nothing counts against it yet.
 */
export async function isolateDelivery(
  context: HandlingContext,
  delivery: Delivery,
  lock: SharedExclusiveLock,
): Promise<void> {
  const { headers } = delivery.message.properties
  const attemptHeaders = Object.entries(headers ?? {}).filter(
    ([name]) => name === ATTEMPT_HEADER || name === WAITING_SINCE_HEADER,
  )
  const queue = isolationQueueOf(context.queue)
  if (!(await republishAndAck(context, delivery, queue, Object.fromEntries(attemptHeaders), MAX_ISOLATION_REFUSALS))) {
    await lock.runExclusive(async () =>
      context.isStopping() ? delivery.rejectAndRequeue() : handleDelivery(context, delivery),
    )
  }
}

function readWaitingSinceMs({ message }: Delivery): number | null {
  const waitingSinceMs: unknown = message.properties.headers?.[WAITING_SINCE_HEADER]
  return typeof waitingSinceMs === 'number' ? waitingSinceMs : null
}

/** A store that refuses one message for ever says `store_unavailable` too. */
function isMessageAtFault({ settings, hasHandledWithin }: HandlingContext, delivery: Delivery): boolean {
  const waitingSinceMs = readWaitingSinceMs(delivery)
  return (
    waitingSinceMs !== null &&
    settings.clock.now() - waitingSinceMs >= DEAD_LETTER_AFTER_UNAVAILABLE_MS &&
    hasHandledWithin(RECENT_SUCCESS_MS)
  )
}

async function tryHandler(
  { handler, settings }: HandlingContext,
  { message }: Delivery,
): Promise<HandlingFailure | null> {
  const { content, properties } = message
  const proofError = settings.proofErrorOf(content, properties.headers?.[PROOF_HEADER])
  if (proofError !== null) return { kind: 'permanent', reason: proofError }
  let received: ReceivedPayResultMessage
  try {
    received = { ...decodeMessage(content), traceparent: validTraceparent(properties.headers?.[TRACEPARENT_HEADER]) }
  } catch (error) {
    return { kind: 'permanent', reason: `malformed message: ${errorTextOf(error)}`.slice(0, MAX_REASON_LENGTH) }
  }
  try {
    await handler(received)
    return null
  } catch (error) {
    return { kind: failureKindOf(error), reason: errorTextOf(error).slice(0, MAX_REASON_LENGTH) }
  }
}

function decodeMessage(content: Buffer): ReceivedPayResultMessage {
  if (content.length > MAX_MESSAGE_BYTES) throw new Error(`it has more than ${MAX_MESSAGE_BYTES} bytes`)
  return readPayResultMessage(utf8Decoder.decode(content))
}

/** What the message of a delivery concerns, for the log; nothing when its body cannot be read. */
function loggedIdsOf({ message }: Delivery) {
  try {
    const { id: messageId, orderId, payNo } = decodeMessage(message.content)
    return { messageId, ...(orderId !== undefined && { orderId }), ...(payNo !== undefined && { payNo }) }
  } catch {
    return {}
  }
}

function failureKindOf(error: unknown): HandlingFailure['kind'] {
  if (isUnavailable(error)) return 'unavailable'
  // By name too: a handler may throw the class of another copy of core.
  const isPermanent = error instanceof PermanentFailure || (error instanceof Error && error.name === 'PermanentFailure')
  return isPermanent ? 'permanent' : 'counted'
}

const createDeadLetterHeaders = ({ queue, settings }: HandlingContext, attempt: number, reason: string) => ({
  [ATTEMPT_HEADER]: attempt,
  [ERROR_HEADER]: reason,
  [FAILED_AT_HEADER]: new Date(settings.clock.now()).toISOString(),
  [ORIGINAL_QUEUE_HEADER]: queue,
})

/**
 * Sends the copy until it is confirmed, and acks; meanwhile the message is kept, which also slows the consumer down.
 * Outcome: false after `maxRefusals`: the message is still in hand. A broker that is away refuses nothing.
 */
async function republishAndAck(
  context: HandlingContext,
  delivery: Delivery,
  routingKey: string,
  ownHeaders: Record<string, unknown>,
  maxRefusals = Number.POSITIVE_INFINITY,
): Promise<boolean> {
  const { message } = delivery
  const { queue } = context
  const options = publishOptionsOfCopy(message, ownHeaders)
  const copy: Envelope = { exchange: '', routingKey, content: message.content, options }
  let nextCopy = copy
  let refusals = 0
  while (delivery.canBeSettled()) {
    const outcome = await context.sendCopy(nextCopy)
    if (outcome.kind === 'confirmed') {
      delivery.ack()
      return true
    }
    context.settings.onEvent({ kind: 'copy_failed', queue, reason: outcome.reason, ...loggedIdsOf(delivery) })
    if (context.isStopping()) {
      delivery.rejectAndRequeue()
      return true
    }
    if (outcome.kind === 'refused') {
      refusals += 1
      if (refusals >= maxRefusals) return false
      await context.redeclareQueues().catch(() => {})
    }
    // The producer's headers and ours together are too large: ours and the proof are what counts.
    if (outcome.kind === 'undeliverable')
      nextCopy = { ...copy, options: { ...options, headers: ownHeadersWithProof(message, ownHeaders) } }
    await waitUntilElapsedOrAborted(context.settings.scheduler, RETRY_DELAY_MS)
  }
  return true
}

function ownHeadersWithProof(
  { properties }: Delivery['message'],
  ownHeaders: Record<string, unknown>,
): Record<string, unknown> {
  const proof: unknown = properties.headers?.[PROOF_HEADER]
  return typeof proof === 'string' && proof.length < MAX_REASON_LENGTH
    ? { ...ownHeaders, [PROOF_HEADER]: proof }
    : ownHeaders
}
