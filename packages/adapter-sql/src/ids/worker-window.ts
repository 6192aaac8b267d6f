import { CheckoutError } from '@coursepay/core'
import { readNumber } from '../sql/row-values.js'
import type { SqlSession } from '../sql/session.js'
import { sql } from '../sql/sql.js'

/**
 * The right to make ids with one worker number and a time from `from` up to, not including, `until` (ms since 1970).
 * Windows of one number never overlap, whichever process holds them: so ids are unique whatever a clock does, be it set
 * back, ahead of another machine's, or restarted behind the last id.
 */
export interface WorkerWindow {
  readonly worker: number
  readonly token: string
  readonly from: number
  readonly until: number
}

const MAX_WORKERS = 1024

type WindowRequest = Pick<WorkerWindow, 'token' | 'until'> & { readonly now: number }

/** Takes a number whose window has passed, or else one that was never used; null when another process was faster. */
async function acquireWindowUnlessConflict(
  session: SqlSession,
  { token, until, now }: WindowRequest,
): Promise<WorkerWindow | null> {
  const { tables, skipLocked } = session.syntax
  const { worker_lease } = tables
  // Others take another one at the same time.
  const passed = sql`SELECT * FROM ${worker_lease} WHERE used_until <= ${now} ORDER BY worker LIMIT 1 ${skipLocked}`
  const [free] = await session.lockAndChange(passed, (rows) =>
    rows.map((row) => {
      const takeOver = sql`UPDATE ${worker_lease} SET token = ${token}, used_until = ${until}`
      return sql`${takeOver} WHERE worker = ${readNumber(row, 'worker')}`
    }),
  )
  if (free !== undefined)
    return { worker: readNumber(free, 'worker'), token, from: readNumber(free, 'used_until'), until }
  // The next number that was never used; no row when there is none.
  const unused = sql`SELECT COALESCE(MAX(worker) + 1, 0) AS unused FROM ${worker_lease}`
  const insertQuery = sql`INSERT INTO ${worker_lease} (worker, token, used_until)
    SELECT unused, ${token}, ${until} FROM (${unused}) numbers WHERE unused < ${MAX_WORKERS}`
  const inserted = await session.run(insertQuery).catch(nullIfConflictError)
  if (inserted === 0)
    throw new CheckoutError(
      'ids_unavailable',
      'All 1024 worker numbers are leased. Stop processes that are not needed.',
    )
  if (inserted === null) return null
  const [own] = await session.all(
    sql`SELECT worker FROM ${worker_lease} WHERE token = ${token} AND used_until = ${until}`,
  )
  return own === undefined ? null : { worker: readNumber(own, 'worker'), token, from: now, until }
}

/** Null when another process has inserted the number at the same time. */
function nullIfConflictError(error: unknown): null {
  if (CheckoutError.isInstance(error) && error.code === 'state_conflict') return null
  throw error
}

/** Outcome: a window of a number that is nobody else's. Errors: `ids_unavailable`, `store_unavailable`. */
export async function acquireWindow(session: SqlSession, request: WindowRequest): Promise<WorkerWindow> {
  for (let round = 0; round < MAX_WORKERS; round += 1) {
    const window = await acquireWindowUnlessConflict(session, request)
    if (window !== null) return window
  }
  throw new CheckoutError('ids_unavailable', 'Other processes leased every free worker number first. Retry.')
}

/** Outcome: the longer window; null when the number has been taken over, and nothing changes. */
export async function extendWindowOrNull(
  session: SqlSession,
  window: WorkerWindow,
  until: number,
): Promise<WorkerWindow | null> {
  const { worker, token } = window
  const { worker_lease } = session.syntax.tables
  const extension = sql`UPDATE ${worker_lease} SET used_until = ${until} WHERE worker = ${worker} AND token = ${token}`
  return (await session.run(extension)) > 0 ? { ...window, until } : null
}

/** Outcome: others may use the number from `usedUntil` on. */
export async function releaseWindow(session: SqlSession, window: WorkerWindow, usedUntil: number): Promise<void> {
  const { worker, token } = window
  const release = sql`UPDATE ${session.syntax.tables.worker_lease} SET token = NULL, used_until = ${usedUntil}`
  await session.run(sql`${release} WHERE worker = ${worker} AND token = ${token}`)
}
