import { isoTimeToEpochMs, writeBeijingIsoTime } from './beijing-day.js'
import { CheckoutError } from './checkout-error.js'
import * as ids from './identifiers.js'
import { type Fen, readYuan, writeYuan } from './money.js'
import type { EpochMs } from './ports/clock.js'
import type { MessageType, OrderType } from './status-codes.js'

/**
 * What a consumer needs of the payment beside the seed's five members. A message of another producer may lack any of
 * it.
 */
export interface MessagePayment {
  readonly orderId?: ids.OrderId | undefined
  readonly payNo?: ids.PayNo | undefined
  readonly userId?: ids.UserId | undefined
  readonly totalPrice?: Fen | undefined
  readonly paySuccessTime?: EpochMs | undefined
}

/**
 * What the order service tells every other service. The first five members and their names are the seed's `MqMessage`.
 * `businessKey1` is the seller's own id of what was bought, `businessKey2` the order type.
 */
export interface PayResultMessage extends MessagePayment {
  readonly id: ids.MessageId
  readonly messageType: MessageType
  readonly businessKey1: ids.OutBusinessId
  readonly businessKey2: OrderType
  readonly businessKey3: string | null
  /** W3C Trace Context. It travels beside the body: in a column of the outbox, in a header of the broker. */
  readonly traceparent?: string | undefined
}

/** A message as a reader finds it: its type may be one that this reader does not know and leaves alone. */
export interface ReceivedPayResultMessage extends Omit<PayResultMessage, 'messageType'> {
  readonly messageType: string
}

/** A larger body is refused before anything of it is read. */
export const MAX_MESSAGE_BYTES = 65_536

export function writePayResultMessage(message: PayResultMessage): string {
  const { id, messageType, businessKey1, businessKey2, businessKey3, orderId, payNo, userId } = message
  const totalPrice = message.totalPrice === undefined ? undefined : writeYuan(message.totalPrice)
  const paySuccessTime = message.paySuccessTime === undefined ? undefined : writeBeijingIsoTime(message.paySuccessTime)
  const seed = { id, messageType, businessKey1, businessKey2, businessKey3 }
  return JSON.stringify({ ...seed, orderId, payNo, userId, totalPrice, paySuccessTime })
}

/**
 * Reads a message body, in time that grows with its length alone. A Java producer writes `id` (and sometimes the
 * business key) as a number of 19 digits, of which no digit is lost. Throws `invalid_request` for a malformed body, and
 * for one that names a member twice: another reader might take the other one.
 */
export function readPayResultMessage(text: string): ReceivedPayResultMessage {
  const body = parseBody(text)
  return {
    id: readMember(body, 'id', ids.messageId),
    messageType: readMember(body, 'messageType', asNonEmptyString),
    businessKey1: readMember(body, 'businessKey1', asNonEmptyString) as ids.OutBusinessId,
    businessKey2: readMember(body, 'businessKey2', asNonEmptyString),
    businessKey3: readIfPresent(body, 'businessKey3', asString) ?? null,
    orderId: readIfPresent(body, 'orderId', ids.orderId),
    payNo: readIfPresent(body, 'payNo', ids.payNo),
    userId: readIfPresent(body, 'userId', ids.userId),
    totalPrice: readIfPresent(body, 'totalPrice', readYuan),
    paySuccessTime: readIfPresent(body, 'paySuccessTime', isoTimeToEpochMs),
  }
}

type JsonObject = Readonly<Record<string, unknown>>

function readMember<Value>(body: JsonObject, name: string, reader: (value: unknown) => Value): Value {
  try {
    return reader(body[name])
  } catch (cause) {
    throw new CheckoutError('invalid_request', `The message must have a valid "${name}".`, { cause })
  }
}

const readIfPresent = <Value>(body: JsonObject, name: string, reader: (value: unknown) => Value): Value | undefined =>
  body[name] === undefined || body[name] === null ? undefined : readMember(body, name, reader)

function asString(value: unknown): string {
  if (typeof value !== 'string') throw new TypeError('not a text')
  return value
}

function asNonEmptyString(value: unknown): string {
  if (value === '') throw new TypeError('empty')
  return asString(value)
}

function parseBody(text: string): JsonObject {
  if (text.length > MAX_MESSAGE_BYTES) {
    throw new CheckoutError('invalid_request', `The message must have ${MAX_MESSAGE_BYTES} bytes or fewer.`)
  }
  const body = parseKeepingLongNumbers(text)
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new CheckoutError('invalid_request', 'The message must be a JSON object.')
  }
  if (countMembers(text) !== Object.keys(body).length) {
    throw new CheckoutError('invalid_request', 'The message must not have a member twice.')
  }
  return { ...body }
}

/** Since ES2025 a reviver is told how a number stands in the text. */
const parseJsonWithReviver = JSON.parse as (
  text: string,
  reviver: (key: string, value: unknown, context: { readonly source?: string }) => unknown,
) => unknown

/** 16 digits or more, which a JavaScript number may not hold. */
const LONG_INTEGER_PATTERN = /^-?\d{16,}$/

/** Integers that a JavaScript number would round become strings. */
function parseKeepingLongNumbers(text: string): unknown {
  try {
    return parseJsonWithReviver(text, (_key, value, { source = '' }) =>
      typeof value === 'number' && LONG_INTEGER_PATTERN.test(source) ? source : value,
    )
  } catch (cause) {
    throw new CheckoutError('invalid_request', 'The message must be JSON.', { cause })
  }
}

/** Linear also where a text does not end. */
const STRING_OR_PUNCTUATION_PATTERN = /"(?:[^"\\]|\\[\s\S])*(?:"|\\?$)|[{}[\]:]/g

/** How many members stand in the outermost object of a text that is JSON; `JSON.parse` keeps the last of each name. */
function countMembers(text: string): number {
  let depth = 0
  let members = 0
  for (const [token] of text.matchAll(STRING_OR_PUNCTUATION_PATTERN)) {
    if (token === '{' || token === '[') depth += 1
    else if (token === '}' || token === ']') depth -= 1
    else if (token === ':' && depth === 1) members += 1
  }
  return members
}
