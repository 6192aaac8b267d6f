import { CheckoutError } from '@coursepay/core'
import {
  constraintConflictError,
  malformedRowError,
  NOT_MIGRATED_SENTENCE,
  storeUnavailableError,
} from '../sql/store-errors.js'

/** What a failure means to its caller. */
export type MysqlFailureKind =
  /** The server undid the transaction, and it is worth another try. */
  | 'conflict'
  /** Somebody else has a row locked: worth another try later. */
  | 'locked_row'
  /** A subquery has two rows: how the guard of a batch stops it. */
  | 'unmet_guard'
  /** The server did not take a row; the transaction continues without that statement. */
  | 'constraint'
  /** The server, or the account's share of it, has no connection left. */
  | 'server_full'
  /** The server does not do its work at the moment. */
  | 'server'
  /** Waiting does not repair it. */
  | 'setup'
  /** The connection ended under the call, or had ended before it. */
  | 'lost_connection'
  | 'other'

export const DEADLOCK_ERRNO = 1213
export const UNMET_GUARD_ERRNO = 1242

export const NO_ANSWER_SENTENCE = 'The database did not answer in time: check the server and the network to it.'
export const COMMIT_UNKNOWN_SENTENCE = 'Whether the database committed is not known. Read the row before you retry.'
export const LOCKED_SENTENCE = 'Another transaction kept the same rows locked. Retry, or end that transaction.'
const ENDED_SENTENCE =
  'The database server ended the connection: it is shutting down, or the session was killed. Retry later.'

/** Codes of our own, for what mysql2 has none for. */
export const ownFailureCodes = {
  noAnswer: 'NO_ANSWER',
  noConnection: 'NO_FREE_CONNECTION',
  queueFull: 'QUEUE_FULL',
  lost: 'CONNECTION_LOST',
  undone: 'UNDONE_BY_CLUSTER',
} as const

/** The server's numbers and the driver's codes, with what an operator can do about them. `%` is the detail. */
const failureMeanings: readonly (readonly [
  codes: readonly (number | string)[],
  kind: MysqlFailureKind,
  sentence?: string,
])[] = [
  // 1020: the row changed since it was read. 1180 and 3101: a transaction of a cluster's other node. 1305: our
  // savepoint is gone with the transaction that set it.
  [[1020, 1180, DEADLOCK_ERRNO, 1305, 3101], 'conflict', 'Other transactions kept changing the same rows. Retry.'],
  // 1205: locked for too long; on MariaDB also what NOWAIT meets.
  [[1205, 3572], 'locked_row', LOCKED_SENTENCE],
  [[UNMET_GUARD_ERRNO], 'unmet_guard'],
  [[1062, 1216, 1452], 'constraint'],
  [
    [1040, 1203, 1226],
    'server_full',
    'The database server has no connection left for us: raise max_connections, or lower `pool` in the address.',
  ],
  [[1054, 1146], 'server', NOT_MIGRATED_SENTENCE],
  [[1290, 1792, 1836], 'server', 'The database server takes no writes: check whether it is read-only or a replica.'],
  [[3024], 'server', 'The database server ended a statement that took too long: raise max_execution_time.'],
  // 1047 is Galera's own meaning of "unknown command".
  [
    [1047, 3100],
    'server',
    'The database node has no majority of its cluster, or has not caught up yet: check the nodes of the cluster.',
  ],
  [[1053, 1927], 'server', ENDED_SENTENCE],
  [[4031], 'lost_connection', ENDED_SENTENCE],
  [[ownFailureCodes.lost, 'PROTOCOL_CONNECTION_LOST', 'ECONNRESET', 'EPIPE'], 'lost_connection'],
  [
    [1044, 1142],
    'setup',
    'The user of the address may not do this in the database: grant SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, INDEX and REFERENCES on it.',
  ],
  [
    [1045, 1698],
    'setup',
    'The database server refuses this user: check user and password in the address, and whether the account needs TLS (tls=on).',
  ],
  [[1049], 'setup', 'The server has no database of the name in the address: create it first (CREATE DATABASE …).'],
  [
    [1665],
    'setup',
    'The server writes its binary log as statements, which READ COMMITTED forbids: set binlog_format to ROW or MIXED.',
  ],
  [[3159], 'setup', 'The database server takes connections by TLS only: set `tls=on` in the address.'],
  [
    ['AUTH_SWITCH_PLUGIN_ERROR'],
    'setup',
    'The database server asks for the login method %, which is not supported: give the account caching_sha2_password or mysql_native_password.',
  ],
  [
    ['HANDSHAKE_SSL_ERROR'],
    'setup',
    'The certificate of the database server is not trusted (%): name its certificate authority in NODE_EXTRA_CA_CERTS.',
  ],
  [
    ['HANDSHAKE_NO_SSL_SUPPORT'],
    'other',
    'The database server offers no TLS, which the address asks for: turn TLS on at the server, or set `tls=off`.',
  ],
  // Also of a port where another program waits for the client to speak first.
  [['ETIMEDOUT'], 'other', 'No database server answered at the address in time: check host, port and firewall.'],
  [[ownFailureCodes.noAnswer], 'other', NO_ANSWER_SENTENCE],
  [
    [ownFailureCodes.noConnection],
    'other',
    'No connection was free in time. Retry later, or raise `pool` in the address.',
  ],
  [
    [ownFailureCodes.queueFull],
    'other',
    'Too many calls wait for a connection to the database. Retry later, or raise `queue` in the address.',
  ],
]

const meaningByCode = new Map(
  failureMeanings.flatMap(([codes, ...meaning]) => codes.map((code) => [code, meaning] as const)),
)

/**
 * An error of driver or server, with nothing in it but its code: the originals hold the statement, its values (tokens,
 * buyer data) and the account.
 */
export class MysqlFailure extends Error {
  override readonly name = 'MysqlFailure'
  readonly code: string
  /** The server's number; 0 for what happened on the way to it. */
  readonly errno: number
  readonly kind: MysqlFailureKind
  /** What can be done about it. */
  readonly sentence: string

  /** `detail`: what a handshake failed for, the certificate's fault or the login method that the server asks for. */
  constructor(code: string, errno = 0, detail = 'unknown') {
    const text = errno === 0 ? code : `${code} (${errno})`
    super(text)
    this.code = code
    this.errno = errno
    const [kind, sentence = unlistedErrnoSentence(errno, text)] = meaningByCode.get(errno) ??
      meaningByCode.get(code) ?? ['other']
    this.kind = kind
    this.sentence = sentence.replace('%', () => detail)
  }
}

const unlistedErrnoSentence = (errno: number, text: string): string =>
  errno === 0
    ? `The database cannot be reached (${text}): check the address, and whether the server is running.`
    : `The database refused a statement (${text}): look the number up in its manual, and read its error log.`

/** After anything else, who knows what state the connection is in. */
export const leavesConnectionUsable = ({ kind }: MysqlFailure): boolean =>
  kind === 'conflict' || kind === 'locked_row' || kind === 'unmet_guard' || kind === 'constraint'

/** What every statement meets at the moment, whatever is in it. */
export const affectsEveryStatement = ({ kind, errno }: MysqlFailure): boolean =>
  kind === 'server' || kind === 'setup' || kind === 'server_full' || (kind === 'lost_connection' && errno > 0)

/** Worth another try. */
export const isTemporary = ({ kind }: MysqlFailure): boolean => kind === 'conflict' || kind === 'locked_row'

/** Takes from a driver's error what is safe to show. */
export function toMysqlFailure(error: unknown): MysqlFailure {
  if (error instanceof MysqlFailure) return error
  if (!(error instanceof Error)) return new MysqlFailure('UNKNOWN')
  const { code, errno } = error as { code?: unknown; errno?: unknown }
  const isDriverCode = typeof code === 'string' && /^\w{1,64}$/.test(code)
  // The number of a network error is the operating system's, and negative.
  const isServerErrno = typeof errno === 'number' && errno > 0
  return new MysqlFailure(
    isDriverCode ? code : ownFailureCodes.lost,
    isServerErrno ? errno : 0,
    handshakeDetailOf(code, error.message),
  )
}

/** The only messages that are safe to show: of a certificate, and of a method's name. */
function handshakeDetailOf(code: unknown, message: string): string | undefined {
  if (code === 'HANDSHAKE_SSL_ERROR') return message.slice(0, 200)
  return code === 'AUTH_SWITCH_PLUGIN_ERROR' ? /unknown plugin (\w{1,64})/.exec(message)?.[1] : undefined
}

/** Every failure leaves this package as one of core's errors; its cause holds a code and nothing else. */
export function toCheckoutError(error: unknown): CheckoutError {
  if (CheckoutError.isInstance(error)) return error
  if (!(error instanceof MysqlFailure)) return malformedRowError(error)
  return error.kind === 'constraint' ? constraintConflictError(error) : storeUnavailableError(error.sentence, error)
}

/** The same while the database is set up: what only its owner can mend is `invalid_request`. */
export function toSetupError(error: unknown): CheckoutError {
  const failure = toMysqlFailure(error)
  if (failure.kind !== 'setup') return toCheckoutError(failure)
  return new CheckoutError('invalid_request', failure.sentence, { cause: failure })
}
