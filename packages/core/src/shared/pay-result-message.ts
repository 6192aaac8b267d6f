import { CheckoutError } from './checkout-error.js'
import { isSnowflake, type MessageId, type OutBusinessId } from './identifiers.js'
import type { MessageType, OrderType } from './status-codes.js'

/**
 * What the order service tells every other service. The shape and its names are the seed's `MqMessage`.
 * `businessKey1` is the seller's own id of what was bought, `businessKey2` the order type.
 */
export interface PayResultMessage {
  readonly id: MessageId
  readonly messageType: MessageType
  readonly businessKey1: OutBusinessId
  readonly businessKey2: OrderType
  readonly businessKey3: string | null
}

/** A message as a reader finds it: its type may be one that this reader does not know and leaves alone. */
export interface ReceivedMessage extends Omit<PayResultMessage, 'messageType'> {
  readonly messageType: string
}

export function writePayResultMessage(message: PayResultMessage): string {
  const { id, messageType, businessKey1, businessKey2, businessKey3 } = message
  return JSON.stringify({ id, messageType, businessKey1, businessKey2, businessKey3 })
}

/**
 * Reads a message body. A Java producer writes `id` (and sometimes the business key) as a number of 19 digits, which
 * `JSON.parse` would round; such members are read from the text. Throws `invalid_request` for a malformed body.
 */
export function readPayResultMessage(text: string): ReceivedMessage {
  const body = parseKeepingLongNumbers(text)
  const { id, messageType, businessKey1, businessKey2, businessKey3 } = body
  if (!isSnowflake(id)) throw malformed('id')
  if (!isText(messageType)) throw malformed('messageType')
  if (!isText(businessKey1)) throw malformed('businessKey1')
  if (!isText(businessKey2)) throw malformed('businessKey2')
  const third = businessKey3 ?? null
  if (third !== null && typeof third !== 'string') throw malformed('businessKey3')
  return {
    id: id as MessageId,
    messageType,
    businessKey1: businessKey1 as OutBusinessId,
    businessKey2,
    businessKey3: third,
  }
}

const isText = (value: unknown): value is string => typeof value === 'string' && value.length > 0

const malformed = (member: string) => new CheckoutError('invalid_request', `The message has no usable "${member}".`)

/** Quotes every bare integer of 16 digits or more outside strings before parsing, so that no digit is lost. */
function parseKeepingLongNumbers(text: string): Record<string, unknown> {
  const quoted = text.replace(/"(?:[^"\\]|\\.)*"|-?\d{16,}(?![\d.eE])/g, (token) =>
    token.startsWith('"') ? token : `"${token}"`,
  )
  try {
    const body: unknown = JSON.parse(quoted)
    if (typeof body === 'object' && body !== null && !Array.isArray(body)) return { ...body }
  } catch (cause) {
    throw new CheckoutError('invalid_request', 'The message is not JSON.', { cause })
  }
  throw new CheckoutError('invalid_request', 'The message is not a JSON object.')
}
