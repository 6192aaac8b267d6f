import { CheckoutError } from '@coursepay/core'

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
}

/** Another connection or process has the lock: worth another try. */
export const isBusy = (error: unknown): boolean => /^SQLITE_(BUSY|LOCKED)/.test(codeOf(error))

/** A unique key exists already, or the row that it belongs to does not. */
export const isConstraintViolation = (error: unknown): boolean =>
  /^SQLITE_CONSTRAINT_(UNIQUE|PRIMARYKEY|ROWID|FOREIGNKEY)$/.test(codeOf(error))

/** Every error of the driver leaves this package as one of core's, with the driver's own as its cause. */
export function toCheckoutError(error: unknown): CheckoutError {
  if (CheckoutError.isInstance(error)) return error
  if (isConstraintViolation(error)) {
    return new CheckoutError(
      'state_conflict',
      'A row with this key exists already, or the row that it refers to does not. Read it, then decide.',
      {
        cause: error,
      },
    )
  }
  return unavailable(sentenceOf(error), error)
}

export const unavailable = (sentence: string, cause?: unknown): CheckoutError =>
  new CheckoutError('store_unavailable', sentence, cause === undefined ? undefined : { cause })

function sentenceOf(error: unknown): string {
  const message = error instanceof Error ? error.message : ''
  if (/no such (table|column)/.test(message)) {
    return 'The database has no tables yet, or those of an older version: migrate it first.'
  }
  if (/connection is not open/.test(message)) return 'The database is closed.'
  if (isBusy(error)) return 'The database is in use by another process for too long.'
  return `The database does not do what it should (${codeOf(error) || 'no error code'}).`
}
