import type { UnitOfWork } from '../../shared/ports/unit-of-work.js'
import type { PortCalls } from './port-calls.js'
import {
  boundStores,
  faultyStoreCall,
  interceptedStores,
  isRead,
  methodOf,
  separateStores,
} from './simulated-stores.js'
import type { Life } from './turns.js'

/** What a store gives one process. */
export interface Opened<Stores> {
  readonly stores: Stores
  readonly unitOfWork: UnitOfWork<Stores>
}

export type Work<Stores, Result> = (stores: Stores) => Promise<Result>

/**
 * A unit of work under READ COMMITTED: what it reads before its first write takes no lock, so others may commit in between. The store's
 * own unit begins with the first write; the reads before are made outside of it, each in its own turn.
 */
export async function runWithStaleReads<Stores extends object, Result>(
  opened: Opened<Stores>,
  calls: PortCalls,
  life: Life,
  work: Work<Stores, Result>,
): Promise<Result> {
  const separate = separateStores(opened.stores, calls, life)
  const open: { unit: LateUnit<Stores> | null } = { unit: null }
  const stores = interceptedStores(opened.stores, async (call) => {
    if (open.unit === null && isRead(call.method)) return methodOf(separate, call)
    open.unit ??= beginUnit(opened, calls, life)
    return methodOf(await open.unit.stores, call)
  })
  let result: Result
  try {
    result = await work(stores)
  } catch (error) {
    await open.unit?.end({ error }).catch(() => null)
    throw error
  }
  await open.unit?.end(null)
  return result
}

interface LateUnit<Stores> {
  /** Rejects when the unit cannot begin. */
  readonly stores: Promise<Stores>
  /** Commits, or takes everything back for a failure. */
  end(failure: { readonly error: unknown } | null): Promise<void>
}

function beginUnit<Stores extends object>(opened: Opened<Stores>, calls: PortCalls, life: Life): LateUnit<Stores> {
  const begun = Promise.withResolvers<Stores>()
  const ending = Promise.withResolvers<{ readonly error: unknown } | null>()
  const act = () =>
    opened.unitOfWork.run(async (stores) => {
      begun.resolve(boundStores(stores, calls, life))
      const failure = await ending.promise
      if (failure !== null) throw failure.error
    })
  const outcome = calls.inTurn({
    life,
    kind: 'lateUnit',
    label: 'unit of work, reads behind it',
    act,
    faulty: faultyStoreCall,
  })
  outcome.catch(begun.reject)
  return {
    stores: begun.promise,
    end(failure) {
      ending.resolve(failure)
      return outcome
    },
  }
}
