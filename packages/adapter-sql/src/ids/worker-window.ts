import { CheckoutError } from '@coursepay/core'
import { readNumber } from '../sql/row-values.js'
import { type SqlSession, updateOne } from '../sql/session.js'
import { LIMIT, param, statement } from '../sql/statement.js'

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

/** Others take another one at the same time. */
const freeWorker = statement(({ sql, skipLocked }) =>
  skipLocked(sql('worker_lease').where('used_until', '<=', param('now')).orderBy('worker').limit(LIMIT)),
)

const takeOver = statement(({ sql }) =>
  sql('worker_lease')
    .where('worker', param('worker'))
    .update({ token: param('token'), used_until: param('until') }),
)

/** The next number that was never used; no row when there is none. */
const insertNext = statement(({ sql }) =>
  sql(sql.raw('?? (??, ??, ??)', ['worker_lease', 'worker', 'token', 'used_until'])).insert(
    sql
      .select(sql.raw('??, ?, ?', ['next', param('token'), param('until')]))
      .from(
        sql('worker_lease')
          .select(sql.raw('coalesce(max(??) + 1, 0) as ??', ['worker', 'next']))
          .as('numbers'),
      )
      .where('next', '<', MAX_WORKERS),
  ),
)

const ownWorker = statement(({ sql }) =>
  sql('worker_lease')
    .select('worker')
    .where({ token: param('token'), used_until: param('until') }),
)

const extendLease = statement(({ sql }) =>
  sql('worker_lease')
    .where({ worker: param('worker'), token: param('token') })
    .update({ used_until: param('until') }),
)

const releaseLease = statement(({ sql }) =>
  sql('worker_lease')
    .where({ worker: param('worker'), token: param('token') })
    .update({ token: null, used_until: param('usedUntil') }),
)

type Request = Pick<WorkerWindow, 'token' | 'until'> & { readonly now: number }

/** Takes a number whose window has passed, or else one that was never used; null when another process was faster. */
async function tryToTake(session: SqlSession, { token, until, now }: Request): Promise<WorkerWindow | null> {
  const [free] = await session.lockAndChange([freeWorker, { now, limit: 1 }], (rows) =>
    rows.map((row) => [takeOver, { worker: readNumber(row, 'worker'), token, until }]),
  )
  if (free !== undefined)
    return { worker: readNumber(free, 'worker'), token, from: readNumber(free, 'used_until'), until }
  const inserted = await session.run(insertNext, { token, until }).catch(unlessTaken)
  if (inserted === 0)
    throw new CheckoutError(
      'ids_unavailable',
      'All 1024 worker numbers are leased. Stop processes that are not needed.',
    )
  const [own] = inserted === null ? [] : await session.all(ownWorker, { token, until })
  return own === undefined ? null : { worker: readNumber(own, 'worker'), token, from: now, until }
}

/** Null when another process has inserted the number at the same time. */
function unlessTaken(error: unknown): null {
  if (CheckoutError.isInstance(error) && error.code === 'state_conflict') return null
  throw error
}

/** Outcome: a window of a number that is nobody else's. Errors: `ids_unavailable`, `store_unavailable`. */
export async function takeWindow(session: SqlSession, request: Request): Promise<WorkerWindow> {
  for (let round = 0; round < MAX_WORKERS; round += 1) {
    const window = await tryToTake(session, request)
    if (window !== null) return window
  }
  throw new CheckoutError('ids_unavailable', 'Every worker number was leased by another process first. Retry.')
}

/** Outcome: the longer window; null when the number has been taken over, and nothing changes. */
export async function extendWindow(
  session: SqlSession,
  window: WorkerWindow,
  until: number,
): Promise<WorkerWindow | null> {
  const { worker, token } = window
  return (await updateOne(session, extendLease, { worker, token, until })) ? { ...window, until } : null
}

/** Outcome: others may use the number from `usedUntil` on. */
export async function releaseWindow(session: SqlSession, window: WorkerWindow, usedUntil: number): Promise<void> {
  const { worker, token } = window
  await session.run(releaseLease, { worker, token, usedUntil })
}
