import type { UnitOfWork } from '../../shared/ports/unit-of-work.js'
import type { Fault } from './faults.js'
import type { PortCalls } from './port-calls.js'
import { boundStores, faultyStoreCall, storeDown } from './simulated-stores.js'
import type { Life } from './turns.js'
import { runInVain } from './unit-taken-back.js'
import { runWithLateCommit } from './unit-with-late-commit.js'
import { type Opened, runWithStaleReads, type Work } from './unit-with-stale-reads.js'

/** Units of work with the troubles that the port's contract allows. Each has one turn, unless its reads may be stale. */
export function simulatedUnitOfWork<Stores extends object>(
  opened: Opened<Stores>,
  calls: PortCalls,
  life: Life,
): UnitOfWork<Stores> {
  const run = <Result>(work: Work<Stores, Result>): Promise<Result> =>
    opened.unitOfWork.run((stores) => work(boundStores(stores, calls, life)))

  return {
    run<Result>(work: Work<Stores, Result>): Promise<Result> {
      const isolation = calls.isolation()
      if (isolation === 'stale_reads') return runWithStaleReads(opened, calls, life, work)
      if (isolation === 'late_commit') return runWithLateCommit(opened, calls, life, work)
      const faulty = async (fault: Fault, act: () => Promise<Result>): Promise<Result> => {
        if (fault === 'conflict' || fault === 'commit_refused') await runInVain({ run }, work)
        if (fault === 'conflict') return act()
        if (fault === 'commit_refused') throw storeDown()
        return faultyStoreCall(fault, act)
      }
      return calls.inTurn({ life, kind: 'unit', label: 'unit of work', act: () => run(work), faulty })
    },
  }
}
