import { CheckoutError } from '@coursepay/core'

export const CLOSED_SENTENCE = 'The database is closed. Open it again.'
export const NOT_MIGRATED_SENTENCE = 'The database has no tables yet, or those of an older version: migrate it first.'

export const storeUnavailableError = (sentence: string, cause?: unknown): CheckoutError =>
  new CheckoutError('store_unavailable', sentence, cause === undefined ? undefined : { cause })

/** Of a row, or of anything that is no error of the driver. */
export const malformedRowError = (cause: unknown): CheckoutError =>
  storeUnavailableError(
    'A row of the database is missing or malformed. Retry; if it stays so, check whether another program changes the tables.',
    cause,
  )

/** A unique key exists already, or the row that it belongs to does not. */
export function constraintConflictError(cause: unknown): CheckoutError {
  const sentence = 'A row with this key exists already, or the row that it refers to does not. Read it, then decide.'
  return new CheckoutError('state_conflict', sentence, { cause })
}
