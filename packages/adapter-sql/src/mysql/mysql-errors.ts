import { CheckoutError } from '@coursepay/core'
import { MysqlFailure, ownCodes } from './mysql-failure.js'

const NO_DATABASE = 'The server has no database of the name in the address: create it first (CREATE DATABASE …).'
const NOT_MIGRATED = 'The database has no tables yet, or those of an older version: migrate it first.'
const WRONG_ACCOUNT =
  'The database server refuses the user or the password of the address, or this account without TLS.'
const NO_RIGHTS =
  'The user of the address may not do this in the database: grant SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, INDEX and REFERENCES on it.'
const READ_ONLY = 'The database server takes no writes at the moment.'
const ENDING = 'The database server ends its connections at the moment.'
const OUTSIDE_CLUSTER = 'The database node has no majority of its cluster around it, or has not caught up yet.'
const FULL = 'The database server has no connection left for us: raise max_connections, or lower `pool` in the address.'

const CONFLICT = 'Other transactions changed the same rows for too long.'
export const NOT_KNOWN = 'It is not known whether the database has committed.'
export const LOCKED = 'Other transactions had the same rows locked for too long.'

/** What an operator can do about it, by the server's number. */
const sentencesByErrno: Readonly<Record<number, string>> = {
  1020: CONFLICT,
  1040: FULL,
  1044: NO_RIGHTS,
  1045: WRONG_ACCOUNT,
  // Galera's own meaning of "unknown command".
  1047: OUTSIDE_CLUSTER,
  1049: NO_DATABASE,
  1053: ENDING,
  1054: NOT_MIGRATED,
  1142: NO_RIGHTS,
  1146: NOT_MIGRATED,
  1203: FULL,
  1180: CONFLICT,
  1205: LOCKED,
  1213: CONFLICT,
  1226: FULL,
  1290: READ_ONLY,
  1665: 'The server writes its binary log as statements, which READ COMMITTED forbids: set binlog_format to ROW or MIXED.',
  1698: WRONG_ACCOUNT,
  1792: READ_ONLY,
  1836: READ_ONLY,
  1927: ENDING,
  3024: 'The database server ended a statement that took too long (max_execution_time).',
  3100: OUTSIDE_CLUSTER,
  3101: CONFLICT,
  3159: 'The database server takes connections by TLS only: ask for it with `tls=on` in the address.',
  3572: LOCKED,
  4031: ENDING,
}

/** What every statement meets at the moment, whatever is in it. */
export const isOfWholeServer = (failure: MysqlFailure): boolean =>
  failure.errno in sentencesByErrno && !failure.isConflict && !failure.isLockedRow

const ownSentences: Readonly<Record<string, string>> = {
  [ownCodes.noAnswer]: 'The database did not answer in time.',
  [ownCodes.noConnection]: 'No connection to the database was free in time.',
  [ownCodes.queueFull]: 'Too many calls wait for the database.',
  [ownCodes.closed]: 'The database is closed.',
  // Also of a port where another program waits for the client to speak first.
  ETIMEDOUT: 'No database server answered at the address in time (ETIMEDOUT).',
  HANDSHAKE_NO_SSL_SUPPORT: 'The database server offers no TLS, which the address asks for.',
}

const handshakeSentences: Readonly<Record<string, (detail: string) => string>> = {
  AUTH_SWITCH_PLUGIN_ERROR: (method) =>
    `The database server asks for the login method ${method}, which is not supported: give the account caching_sha2_password or mysql_native_password.`,
  HANDSHAKE_SSL_ERROR: (fault) =>
    `The certificate of the database server is not trusted (${fault}): name its certificate authority in NODE_EXTRA_CA_CERTS.`,
}

/** Mistakes in the setup; waiting repairs none of them. */
const SETUP_MISTAKES: ReadonlySet<number | string> = new Set<number | string>([
  ...[1044, 1045, 1049, 1142, 1665, 1698, 3159],
  ...Object.keys(handshakeSentences),
])

export const unavailable = (sentence: string, cause?: unknown): CheckoutError =>
  new CheckoutError('store_unavailable', sentence, cause === undefined ? undefined : { cause })

/** Every failure leaves this package as one of core's errors; its cause holds a code and nothing else. */
export function toCheckoutError(error: unknown): CheckoutError {
  if (CheckoutError.isInstance(error)) return error
  if (!(error instanceof MysqlFailure)) return unavailable('The database does not hold what it should.', error)
  if (error.isConstraintViolation) {
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

/** The same while the database is set up: what only its owner can mend is `invalid_request`. */
export function toSetupError(error: unknown): CheckoutError {
  if (error instanceof MysqlFailure && (SETUP_MISTAKES.has(error.errno) || SETUP_MISTAKES.has(error.code))) {
    return new CheckoutError('invalid_request', sentenceOf(error), { cause: error })
  }
  return toCheckoutError(error)
}

function sentenceOf({ code, errno, message, detail }: MysqlFailure): string {
  const known =
    sentencesByErrno[errno] ?? ownSentences[code] ?? (detail === null ? undefined : handshakeSentences[code]?.(detail))
  if (known !== undefined) return known
  return errno === 0
    ? `The database cannot be reached (${code}).`
    : `The database does not do what it should (${message}).`
}
