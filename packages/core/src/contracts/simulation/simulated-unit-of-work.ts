import type { UnitOfWork } from '../../shared/ports/unit-of-work.js'
import type { Fault } from './faults.js'
import type { PortCalls } from './port-calls.js'
import { boundStores, faultyStoreCall, storeDown } from './simulated-stores.js'
import type { Life } from './turns.js'
import { type Opened, runWithStaleReads, type Work } from './unit-with-stale-reads.js'

/** Thrown inside a unit so that the store takes it back. */
class TakenBack extends Error {}

/** Units of work with the troubles that the port's contract allows. Each has one turn, unless its reads may be stale. */
export function simulatedUnitOfWork<Stores extends object>(
  opened: Opened<Stores>,
  calls: PortCalls,
  life: Life,
): UnitOfWork<Stores> {
  const run = <Result>(work: Work<Stores, Result>): Promise<Result> =>
    opened.unitOfWork.run((stores) => work(boundStores(stores, calls, life)))

  /** Does the work as any store may before a conflict, or a disk that is full: nothing stays. */
  async function runInVain<Result>(work: Work<Stores, Result>): Promise<void> {
    const takenBack = new TakenBack()
    try {
      await run(async (stores) => {
        await work(stores)
        throw takenBack
      })
    } catch (error) {
      if (error !== takenBack) throw error
    }
  }
  return {
    run<Result>(work: Work<Stores, Result>): Promise<Result> {
      if (calls.staleReads()) return runWithStaleReads(opened, calls, life, work)
      const faulty = async (fault: Fault, act: () => Promise<Result>): Promise<Result> => {
        if (fault === 'conflict' || fault === 'commit_refused') await runInVain(work)
        if (fault === 'conflict') return act()
        if (fault === 'commit_refused') throw storeDown()
        return faultyStoreCall(fault, act)
      }
      return calls.inTurn({ life, kind: 'unit', label: 'unit of work', act: () => run(work), faulty })
    },
  }
}
