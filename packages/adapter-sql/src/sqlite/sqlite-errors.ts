import { CheckoutError } from '@coursepay/core'
import { type RetryPolicy, retryWhileTemporary } from '../sql/retry-policy.js'
import {
  CLOSED_SENTENCE,
  constraintConflictError,
  NOT_MIGRATED_SENTENCE,
  storeUnavailableError,
} from '../sql/store-errors.js'

function sqliteCodeOrEmpty(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
}

/** Another connection or process has the lock: worth another try. */
export const isBusy = (error: unknown): boolean => /^SQLITE_(BUSY|LOCKED)/.test(sqliteCodeOrEmpty(error))

/** A unique key exists already, or the row that it belongs to does not. */
export const isConstraintViolation = (error: unknown): boolean =>
  /^SQLITE_CONSTRAINT_(UNIQUE|PRIMARYKEY|ROWID|FOREIGNKEY)$/.test(sqliteCodeOrEmpty(error))

/** Every error of the driver leaves this package as one of core's, with the driver's own as its cause. */
export function toCheckoutError(error: unknown): CheckoutError {
  if (CheckoutError.isInstance(error)) return error
  return isConstraintViolation(error)
    ? constraintConflictError(error)
    : storeUnavailableError(describeSqliteFailure(error), error)
}

/**
 * Runs something that needs a lock. SQLite's own busy_timeout would stop the whole process while it waits, so that is
 * off and the waiting happens here. Throws only `CheckoutError`s.
 */
export const retryWhenBusy = <Result>(policy: RetryPolicy, attempt: () => Result | Promise<Result>): Promise<Result> =>
  retryWhileTemporary(policy, { isTemporary: isBusy, toCheckoutError }, attempt)

export const IN_USE_SENTENCE = 'Another process kept the database locked. Retry, or stop that process.'

function describeSqliteFailure(error: unknown): string {
  const message = error instanceof Error ? error.message : ''
  if (/no such (table|column)/.test(message)) return NOT_MIGRATED_SENTENCE
  if (/connection is not open/.test(message)) return CLOSED_SENTENCE
  if (isBusy(error)) return IN_USE_SENTENCE
  return `The database failed (${sqliteCodeOrEmpty(error) || 'no error code'}): check its file, the rights of its folder, and the disk.`
}
