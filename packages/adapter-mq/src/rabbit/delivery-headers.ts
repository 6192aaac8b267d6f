import type { ConsumeMessage, GetMessage, MessagePropertyHeaders, Options } from 'amqplib'
import { PROOF_HEADER } from '../message-proof.js'

/** Tells two publishes of one message apart when the broker returns one of them. */
export const PUBLISH_TRY_HEADER = 'publish-try'
/**
 * How many times a message has been tried when it lies in the dead-letter queue; otherwise which try comes next, from
 * 1.
 */
export const ATTEMPT_HEADER = 'app-attempt'
/** When the consumer first could not work on it, in epoch ms. */
export const WAITING_SINCE_HEADER = 'app-waiting-since'
/** W3C Trace Context, by the name that tracing libraries read. It stays in every copy. */
export const TRACEPARENT_HEADER = 'traceparent'
export const ERROR_HEADER = 'error'
export const FAILED_AT_HEADER = 'failed-at'
export const ORIGINAL_QUEUE_HEADER = 'original-queue'

/**
 * Not carried over into a copy: what the broker wrote (`x-death` is no longer counted from 3.13 on, `x-delivery-count`
 * belongs to the queue), `CC` and `BCC`, which would send the copy to further queues, and what we wrote ourselves.
 */
const HEADERS_NOT_COPIED = new Set([
  'CC',
  'BCC',
  PUBLISH_TRY_HEADER,
  ATTEMPT_HEADER,
  WAITING_SINCE_HEADER,
  ERROR_HEADER,
  FAILED_AT_HEADER,
  ORIGINAL_QUEUE_HEADER,
])

function copyableHeadersOf(headers: MessagePropertyHeaders | undefined): Record<string, unknown> {
  const isKept = (name: string) => name === PROOF_HEADER || (!/^x-/i.test(name) && !HEADERS_NOT_COPIED.has(name))
  return Object.fromEntries(Object.entries(headers ?? {}).filter(([name]) => isKept(name)))
}

/** Which try this delivery is, from 1. */
export function attemptOf(headers: MessagePropertyHeaders | undefined): number {
  const attempt: unknown = headers?.[ATTEMPT_HEADER]
  return typeof attempt === 'number' && Number.isInteger(attempt) && attempt > 0 ? attempt : 1
}

/**
 * Options for sending the same message on. Left out: `expiration`, which would delete the copy, and `userId`, which the
 * broker compares with our own login.
 */
export function publishOptionsOfCopy(
  { properties }: ConsumeMessage | GetMessage,
  addedHeaders: Record<string, unknown>,
): Options.Publish {
  const { contentType, contentEncoding, messageId, type, timestamp, appId, correlationId, replyTo, priority } =
    properties
  const kept = { contentType, contentEncoding, messageId, type, timestamp, appId, correlationId, replyTo, priority }
  return { ...kept, headers: { ...copyableHeadersOf(properties.headers), ...addedHeaders } }
}
