import { CheckoutError } from '@coursepay/core'

/** The text of an error without its cause and stack. amqplib's texts hold no address and no password. */
export function errorTextOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  // A name with several addresses (localhost) fails with an AggregateError, whose own text is empty.
  const text = error instanceof AggregateError ? error.errors.map(errorTextOf).join(', ') : error.message
  return text === '' ? error.name : text
}

/** AMQP reply code of an error, such as 406; null when it has none. */
export function replyCodeOf(error: unknown): number | null {
  const code: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, 'code') : null
  return typeof code === 'number' ? code : null
}

export function toBrokerUnavailable(error: unknown): CheckoutError {
  if (CheckoutError.isInstance(error)) return error
  const hasAnswered =
    replyCodeOf(error) !== null || (error instanceof AggregateError && error.errors.some(CheckoutError.isInstance))
  const sentence = hasAnswered
    ? `The message broker refuses: ${errorTextOf(error)}`
    : `The message broker cannot be reached (${errorTextOf(error)}): check the address, and whether it is running.`
  return new CheckoutError('broker_unavailable', sentence, { cause: error })
}

export const ACCESS_REFUSED = 403
export const NOT_FOUND = 404
const RESOURCE_LOCKED = 405
export const PRECONDITION_FAILED = 406

/** Another attempt brings the same refusal, so a person is told what to do; other errors are left as they are. */
export function toExplainedRefusal(sentence: string, advice: string, error: unknown): unknown {
  switch (replyCodeOf(error)) {
    case PRECONDITION_FAILED:
      return new CheckoutError('broker_unavailable', `${sentence} ${advice} The broker says: ${errorTextOf(error)}`)
    case ACCESS_REFUSED:
      return new CheckoutError('broker_unavailable', `${NO_PERMISSION_ADVICE} The broker says: ${errorTextOf(error)}`)
    case RESOURCE_LOCKED:
      return new CheckoutError(
        'broker_unavailable',
        `${HELD_EXCLUSIVELY_ADVICE} The broker says: ${errorTextOf(error)}`,
      )
    default:
      return error
  }
}

const NO_PERMISSION_ADVICE =
  'The broker user may not declare, bind or read this. docs/production.md lists the permissions of each service.'
const HELD_EXCLUSIVELY_ADVICE =
  'Another connection holds this queue for itself alone. Stop that consumer, or name another queue.'
