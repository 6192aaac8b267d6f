/** Conflicts: 1213 deadlock, 1205 lock wait, 1020 the row changed since it was read. The transaction is to be run again. */
const CONFLICTS: ReadonlySet<number> = new Set([1213, 1205, 1020])
/** 1062 a unique key exists already, 1216 and 1452 the row that it belongs to does not. */
const REFUSED_ROWS: ReadonlySet<number> = new Set([1062, 1216, 1452])

/**
 * An error of driver or server, with nothing in it but its code: the originals hold the statement, its values (tokens, buyer
 * data) and the account.
 */
export class MysqlFailure extends Error {
  override readonly name = 'MysqlFailure'
  readonly code: string
  /** The server's number; 0 for what happened on the way to it. */
  readonly errno: number

  constructor(code: string, errno = 0) {
    super(errno === 0 ? code : `${code} (${errno})`)
    this.code = code
    this.errno = errno
  }

  /** Undone by the server, and worth another try. */
  get isConflict(): boolean {
    return CONFLICTS.has(this.errno)
  }

  /** The server did not take a row; the transaction goes on without that statement. */
  get isRefusedRow(): boolean {
    return REFUSED_ROWS.has(this.errno)
  }

  /** After anything else, who knows what state the connection is in. */
  get leavesConnectionUsable(): boolean {
    return this.isConflict || this.isRefusedRow
  }
}

/** Codes of our own, for what mysql2 has none for. */
export const ownCodes = {
  noAnswer: 'NO_ANSWER',
  noConnection: 'NO_FREE_CONNECTION',
  queueFull: 'QUEUE_FULL',
  closed: 'DATABASE_CLOSED',
} as const

/** Takes from a driver's error what is safe to show. */
export function toMysqlFailure(error: unknown): MysqlFailure {
  if (error instanceof MysqlFailure) return error
  if (!(error instanceof Error)) return new MysqlFailure('UNKNOWN')
  if (error.message === 'Queue limit reached.') return new MysqlFailure(ownCodes.queueFull)
  const { code, errno } = error as { code?: unknown; errno?: unknown }
  const known = typeof code === 'string' && /^\w{1,64}$/.test(code)
  // The number of a network error is the operating system's, and negative.
  const ofServer = typeof errno === 'number' && errno > 0
  return new MysqlFailure(known ? code : 'CONNECTION_LOST', ofServer ? errno : 0)
}
