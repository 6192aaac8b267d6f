import { CheckoutError } from '@coursepay/core'
import { replyCodeOf, textOf } from './broker-error.js'

const MISMATCH = 406
const FORBIDDEN = 403
const LOCKED = 405

/** Another attempt brings the same refusal, so a person is told what to do; other errors are left as they are. */
export function refusal(what: string, advice: string, error: unknown): unknown {
  switch (replyCodeOf(error)) {
    case MISMATCH:
      return new CheckoutError('broker_unavailable', `${what} ${advice} The broker says: ${textOf(error)}`)
    case FORBIDDEN:
      return new CheckoutError('broker_unavailable', `${NO_PERMISSION} The broker says: ${textOf(error)}`)
    case LOCKED:
      return new CheckoutError('broker_unavailable', `${EXCLUSIVE} The broker says: ${textOf(error)}`)
    default:
      return error
  }
}

const NO_PERMISSION = 'The broker user may not declare or read this. Give it configure, write and read permission.'
const EXCLUSIVE = 'Another connection holds this queue for itself alone. Stop that reader, or name another queue.'

/** Declares, and turns the broker's refusal into a sentence that says what to change. */
export async function explained<Result>(what: string, advice: string, declare: () => Promise<Result>): Promise<Result> {
  try {
    return await declare()
  } catch (error) {
    throw refusal(what, advice, error)
  }
}
