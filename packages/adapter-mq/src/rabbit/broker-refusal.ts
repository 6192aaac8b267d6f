import { CheckoutError } from '@coursepay/core'
import { replyCodeOf, textOf } from './broker-error.js'

export const FORBIDDEN = 403
export const NOT_FOUND = 404
const LOCKED = 405
export const MISMATCH = 406

/** Another attempt brings the same refusal, so a person is told what to do; other errors are left as they are. */
export function refusal(what: string, advice: string, error: unknown): unknown {
  switch (replyCodeOf(error)) {
    case MISMATCH:
      return new CheckoutError('broker_unavailable', `${what} ${advice} The broker says: ${textOf(error)}`)
    case FORBIDDEN:
      return new CheckoutError('broker_unavailable', `${NO_PERMISSION_ADVICE} The broker says: ${textOf(error)}`)
    case LOCKED:
      return new CheckoutError('broker_unavailable', `${HELD_EXCLUSIVELY_ADVICE} The broker says: ${textOf(error)}`)
    default:
      return error
  }
}

const NO_PERMISSION_ADVICE =
  'The broker user may not declare, bind or read this. docs/production.md lists the permissions of each service.'
const HELD_EXCLUSIVELY_ADVICE =
  'Another connection holds this queue for itself alone. Stop that reader, or name another queue.'
