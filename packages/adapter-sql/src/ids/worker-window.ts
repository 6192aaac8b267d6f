import { CheckoutError } from '@coursepay/core'
import { readNumber, readNumberOrNull } from '../sql/row-values.js'
import { insertIfAbsent, type SqlSession, updateOne } from '../sql/session.js'
import { LIMIT, param, statement } from '../sql/statement.js'

/**
 * The right to make ids with one worker number and a time from `from` up to, not including, `until` (ms since 1970).
 * Windows of one number never overlap, whoever holds them: so ids are unique whatever a clock does, be it set back, ahead
 * of another machine's, or restarted behind the last id.
 */
export interface WorkerWindow {
  readonly worker: number
  readonly token: string
  readonly from: number
  readonly until: number
}

const MAX_WORKERS = 1024

const freeWorker = statement(({ sql }) =>
  sql('worker_lease').where('used_until', '<=', param('now')).orderBy('worker').limit(LIMIT),
)

const takeOver = statement(({ sql }) =>
  sql('worker_lease')
    .where({ worker: param('worker'), used_until: param('from') })
    .update({ token: param('token'), used_until: param('until') }),
)

const highestWorker = statement(({ sql }) => sql('worker_lease').max({ highest: 'worker' }))

const insertWorker = statement(({ sql }) =>
  sql('worker_lease').insert({ worker: param('worker'), token: param('token'), used_until: param('until') }),
)

const extend = statement(({ sql }) =>
  sql('worker_lease')
    .where({ worker: param('worker'), token: param('token') })
    .update({ used_until: param('until') }),
)

const giveBack = statement(({ sql }) =>
  sql('worker_lease')
    .where({ worker: param('worker'), token: param('token') })
    .update({ token: null, used_until: param('usedUntil') }),
)

type Request = Pick<WorkerWindow, 'token' | 'until'> & { readonly now: number }

/** Takes a number whose window has passed, or else one that was never used; null when another process was faster. */
async function tryToTake(session: SqlSession, { token, until, now }: Request): Promise<WorkerWindow | null> {
  const free = await session.get(freeWorker, { now, limit: 1 })
  if (free !== undefined) {
    const window = { worker: readNumber(free, 'worker'), token, from: readNumber(free, 'used_until'), until }
    return (await updateOne(session, takeOver, window)) ? window : null
  }
  const worker = (readNumberOrNull((await session.get(highestWorker, {})) ?? { highest: null }, 'highest') ?? -1) + 1
  if (worker >= MAX_WORKERS) throw new CheckoutError('ids_unavailable', 'All 1024 worker numbers are in use.')
  return (await insertIfAbsent(session, insertWorker, { worker, token, until }))
    ? { worker, token, from: now, until }
    : null
}

/** Outcome: a window of a number that is nobody else's. Errors: `ids_unavailable`, `store_unavailable`. */
export async function takeWindow(session: SqlSession, request: Request): Promise<WorkerWindow> {
  for (let round = 0; round < MAX_WORKERS; round += 1) {
    const window = await tryToTake(session, request)
    if (window !== null) return window
  }
  throw new CheckoutError('ids_unavailable', 'Other processes take every worker number first.')
}

/** Outcome: the longer window; null when the number has been taken over, and nothing changes. */
export async function extendWindow(
  session: SqlSession,
  window: WorkerWindow,
  until: number,
): Promise<WorkerWindow | null> {
  const { worker, token } = window
  return (await updateOne(session, extend, { worker, token, until })) ? { ...window, until } : null
}

/** Outcome: others may use the number from `usedUntil` on. */
export async function giveWindowBack(session: SqlSession, window: WorkerWindow, usedUntil: number): Promise<void> {
  const { worker, token } = window
  await session.run(giveBack, { worker, token, usedUntil })
}
