import { keyedQueue } from './keyed-queue.js'
import type { Scheduler } from './ports/scheduler.js'
import { retryOnConflict } from './retry-on-conflict.js'

/** What became of one try: `committed` is the aggregate as it is stored now, when the try stored it. */
export interface Attempt<Aggregate, Result> {
  readonly result: Result
  readonly committed?: Aggregate | undefined
}

/** Decides on what was read, and commits. It may be called again. */
export type Try<Aggregate, Result> = (before: Aggregate | null) => Promise<Attempt<Aggregate, Result> | 'conflict'>

export interface UpdateLoopParts<Key, Aggregate> {
  readonly scheduler: Scheduler
  find(key: Key): Promise<Aggregate | null>
  /** One name for every key of an aggregate; null when only the aggregate tells it. */
  nameOfKey(key: Key): string | null
  nameOf(aggregate: Aggregate): string
}

/**
 * The one loop by which aggregates change: reads, tries, and reads again after a conflict. Callers of one aggregate
 * queue inside the process, and a caller who waited begins with what the one before committed: that was the newest
 * then, and a later commit elsewhere is a conflict. `attempt` may be a promise of what is to be tried: the read runs
 * beside it.
 */
export function updateLoop<Key, Aggregate>({ scheduler, find, nameOfKey, nameOf }: UpdateLoopParts<Key, Aggregate>) {
  const queue = keyedQueue<Aggregate>()
  return async <Result>(key: Key, attempting: Try<Aggregate, Result> | Promise<Try<Aggregate, Result>>) => {
    const keyName = nameOfKey(key)
    const willWait = keyName !== null && queue.isBusy(keyName)
    const [found, attempt] = await Promise.all([willWait ? undefined : find(key), attempting])
    const name = keyName ?? (found ? nameOf(found) : JSON.stringify(key))
    return queue.run(name, ({ waited, handed }) => {
      let known = waited ? handed : found
      return retryOnConflict(scheduler, async () => {
        const before = known === undefined ? await find(key) : known
        known = undefined
        const outcome = await attempt(before)
        return outcome === 'conflict' ? outcome : { result: { result: outcome.result, handOn: outcome.committed } }
      })
    })
  }
}
