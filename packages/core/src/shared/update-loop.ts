import { CheckoutError, isUnavailable } from './checkout-error.js'
import type { Scheduler } from './ports/clock.js'

const MAX_TRIES = 5
const MIN_BACKOFF_MS = 10

/** Callers whose decisions one commit may store. */
const MAX_DECISIONS_PER_COMMIT = 64

/** `after` is the same object as before when nothing changes, and null when there is no aggregate. */
interface Decided<Aggregate> {
  readonly after: Aggregate | null
}

export interface StoredAggregate<Aggregate> {
  readonly stored?: Aggregate
}

/** Pure, and called again after a conflict. What it throws is its caller's answer. */
export type Decide<Aggregate, Decision> = (before: Aggregate | null) => Decision

export interface UpdateLoopDependencies<Key, Aggregate, Decision> {
  readonly scheduler: Scheduler
  find(key: Key): Promise<Aggregate | null>
  /** One name for every key of an aggregate; null when only the aggregate tells it. */
  updateQueueNameOfKey(key: Key): string | null
  updateQueueNameOf(aggregate: Aggregate): string
  /** `stored` is the aggregate as it is now; absent when it did not change, since nothing was guarded then. */
  commit(before: Aggregate | null, decisions: readonly Decision[]): Promise<StoredAggregate<Aggregate> | 'conflict'>
  readonly maxDecisionsPerCommit?: number
}

interface QueuedCaller<Aggregate, Decision> {
  /** Null when it threw. */
  decide(before: Aggregate | null): Decision | null
  /** Answers with what the last `decide` made or threw. */
  answer(): void
  fail(error: unknown): void
}

/**
 * The one loop by which aggregates change: reads, decides and commits, and again after a conflict. Callers of one
 * aggregate queue inside the process, and those who came or waited together go together: the first decides on what was
 * committed last, each other one on what the one before it decided, and one commit stores it all. So only a commit
 * elsewhere is a conflict. While `deciding` waits, the aggregate is read.
 */
export function createUpdateLoop<Key, Aggregate, Decision extends Decided<Aggregate>>(
  dependencies: UpdateLoopDependencies<Key, Aggregate, Decision>,
) {
  const {
    scheduler,
    find,
    updateQueueNameOfKey,
    updateQueueNameOf,
    commit,
    maxDecisionsPerCommit = MAX_DECISIONS_PER_COMMIT,
  } = dependencies
  const queues = new Map<string, QueuedCaller<Aggregate, Decision>[]>()

  const takeWaiting = (name: string, max: number) => queues.get(name)?.splice(0, max) ?? []

  async function serve(
    name: string,
    key: Key,
    first: QueuedCaller<Aggregate, Decision>,
    found: Aggregate | null | undefined,
  ) {
    // Those whose look-ups shared a statement are here by now: they go with the first.
    await null
    let known = found
    let callers = [first, ...takeWaiting(name, maxDecisionsPerCommit - 1)]
    while (callers.length > 0) {
      known = await serveTogether(key, callers, known)
      callers = takeWaiting(name, maxDecisionsPerCommit)
    }
    queues.delete(name)
  }

  async function serveTogether(
    key: Key,
    callers: readonly QueuedCaller<Aggregate, Decision>[],
    found?: Aggregate | null,
  ) {
    try {
      const { stored } = await commitInTries(key, callers, found)
      for (const caller of callers) caller.answer()
      return stored
    } catch (error) {
      if (callers.length > 1 && isRefusal(error)) await serveOneByOne(key, callers)
      else for (const caller of callers) caller.fail(error)
      return
    }
  }

  /** What one of them wants cannot be stored: the others shall not suffer from it. */
  async function serveOneByOne(key: Key, callers: readonly QueuedCaller<Aggregate, Decision>[]) {
    for (const caller of callers) await serveTogether(key, [caller])
  }

  /** Five tries at most, with a pause that doubles. */
  async function commitInTries(
    key: Key,
    callers: readonly QueuedCaller<Aggregate, Decision>[],
    found?: Aggregate | null,
  ) {
    let known = found
    for (let tries = 1; tries <= MAX_TRIES; tries += 1) {
      const before = known === undefined ? await find(key) : known
      known = undefined
      const outcome = await commit(before, decideInTurn(callers, before))
      if (outcome !== 'conflict') return outcome
      const backoffMs = MIN_BACKOFF_MS * 2 ** (tries - 1)
      if (tries < MAX_TRIES) await new Promise<void>((resolve) => scheduler.schedule(backoffMs, resolve))
    }
    throw new CheckoutError('state_conflict', 'The order or choice was changed concurrently. Retry.')
  }

  return async <Made extends Decision>(key: Key, deciding: Promise<Decide<Aggregate, Made>>): Promise<Made> => {
    const keyName = updateQueueNameOfKey(key)
    const willWait = keyName !== null && queues.has(keyName)
    const [found, decide] = await Promise.all([willWait ? undefined : find(key), deciding])
    const name = keyName ?? (found ? updateQueueNameOf(found) : JSON.stringify(key))
    return new Promise<Made>((resolve, reject) => {
      const caller = createQueuedCaller(decide, resolve, reject)
      const queue = queues.get(name)
      if (queue !== undefined) return queue.push(caller)
      queues.set(name, [])
      return serve(name, key, caller, found)
    })
  }
}

/** Nothing was stored, for certain. */
const isRefusal = (error: unknown) => CheckoutError.isInstance(error) && !isUnavailable(error)

function createQueuedCaller<Aggregate, Decision>(
  decide: Decide<Aggregate, Decision>,
  resolve: (decision: Decision) => void,
  reject: (error: unknown) => void,
): QueuedCaller<Aggregate, Decision> {
  let answer = () => {}
  return {
    decide(before) {
      try {
        const decision = decide(before)
        answer = () => resolve(decision)
        return decision
      } catch (error) {
        answer = () => reject(error)
        return null
      }
    },
    answer: () => answer(),
    fail: reject,
  }
}

/** Each decides on what the one before it decided; one that throws changes nothing. */
function decideInTurn<Aggregate, Decision extends Decided<Aggregate>>(
  callers: readonly QueuedCaller<Aggregate, Decision>[],
  before: Aggregate | null,
): readonly Decision[] {
  let newest = before
  return callers.flatMap((caller) => {
    const decision = caller.decide(newest)
    if (decision === null) return []
    newest = decision.after
    return [decision]
  })
}
