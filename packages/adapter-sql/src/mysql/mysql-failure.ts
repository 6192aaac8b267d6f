/**
 * The server undid the transaction: 1213 deadlock, 1020 the row changed since it was read, 1180 and 3101 a cluster's
 * other node.
 */
export const DEADLOCK = 1213
const CONFLICTS: ReadonlySet<number> = new Set([DEADLOCK, 1020, 1180, 3101])
/** Somebody else has a row locked: 1205 for too long, 3572 now (1205 too on MariaDB). */
const LOCKED_ROW_ERRNOS: ReadonlySet<number> = new Set([1205, 3572])
/** A subquery has two rows: how the guard of a batch stops it. */
export const UNMET_GUARD = 1242
/** The server, or the account's share of it, has no connection left. */
const TOO_MANY_CONNECTIONS_ERRNOS: ReadonlySet<number> = new Set([1040, 1203, 1226])
/** 1062 a unique key exists already, 1216 and 1452 the row that it belongs to does not. */
const CONSTRAINT_ERRNOS: ReadonlySet<number> = new Set([1062, 1216, 1452])

/**
 * An error of driver or server, with nothing in it but its code: the originals hold the statement, its values (tokens,
 * buyer data) and the account.
 */
export class MysqlFailure extends Error {
  override readonly name = 'MysqlFailure'
  readonly code: string
  /** The server's number; 0 for what happened on the way to it. */
  readonly errno: number
  /** What a handshake failed for: the certificate's fault, or the login method that the server asks for. */
  readonly detail: string | null

  constructor(code: string, errno = 0, detail: string | null = null) {
    super(errno === 0 ? code : `${code} (${errno})`)
    this.code = code
    this.errno = errno
    this.detail = detail
  }

  /** Undone by the server, and worth another try. */
  get isConflict(): boolean {
    return CONFLICTS.has(this.errno)
  }

  /** Worth another try later. */
  get isLockedRow(): boolean {
    return LOCKED_ROW_ERRNOS.has(this.errno)
  }

  get isUnmetGuard(): boolean {
    return this.errno === UNMET_GUARD
  }

  /** The server did not take a row; the transaction continues without that statement. */
  get isConstraintViolation(): boolean {
    return CONSTRAINT_ERRNOS.has(this.errno)
  }

  get isServerFull(): boolean {
    return TOO_MANY_CONNECTIONS_ERRNOS.has(this.errno)
  }

  /** The connection ended under the call, or had ended before it. */
  get isLostConnection(): boolean {
    return LOST_CONNECTION_CODES.has(this.code)
  }

  /** After anything else, who knows what state the connection is in. */
  get leavesConnectionUsable(): boolean {
    return this.isConflict || this.isLockedRow || this.isUnmetGuard || this.isConstraintViolation
  }
}

/** Codes of our own, for what mysql2 has none for. */
export const ownCodes = {
  noAnswer: 'NO_ANSWER',
  noConnection: 'NO_FREE_CONNECTION',
  queueFull: 'QUEUE_FULL',
  closed: 'DATABASE_CLOSED',
  lost: 'CONNECTION_LOST',
  undone: 'UNDONE_BY_CLUSTER',
} as const

const LOST_CONNECTION_CODES: ReadonlySet<string> = new Set([
  ownCodes.lost,
  'PROTOCOL_CONNECTION_LOST',
  'ECONNRESET',
  'EPIPE',
  'ER_CLIENT_INTERACTION_TIMEOUT',
])

/** Takes from a driver's error what is safe to show. */
export function toMysqlFailure(error: unknown): MysqlFailure {
  if (error instanceof MysqlFailure) return error
  if (!(error instanceof Error)) return new MysqlFailure('UNKNOWN')
  const { code, errno } = error as { code?: unknown; errno?: unknown }
  const known = typeof code === 'string' && /^\w{1,64}$/.test(code)
  // The number of a network error is the operating system's, and negative.
  const ofServer = typeof errno === 'number' && errno > 0
  return new MysqlFailure(known ? code : ownCodes.lost, ofServer ? errno : 0, handshakeDetail(code, error.message))
}

/** The only messages that are safe to show: of a certificate, and of a method's name. */
function handshakeDetail(code: unknown, message: string): string | null {
  if (code === 'HANDSHAKE_SSL_ERROR') return message.slice(0, 200)
  return code === 'AUTH_SWITCH_PLUGIN_ERROR' ? (/unknown plugin (\w{1,64})/.exec(message)?.[1] ?? null) : null
}
