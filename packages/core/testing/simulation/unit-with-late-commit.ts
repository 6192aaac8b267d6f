import type { PortCalls } from './port-calls.js'
import { boundStores, faultyStoreCall, interceptedStores, isRead, methodOf } from './simulated-stores.js'
import type { Life } from './turns.js'
import { runInVain } from './unit-taken-back.js'
import type { Opened, Work } from './unit-with-stale-reads.js'
import { rowsOf } from './written-rows.js'

/** What a unit saw, call by call. */
interface Seen {
  readonly reads: unknown[]
  readonly writes: string[]
  readonly rows: string[]
}

/** The unit saw something else the second time: it would have waited for the other's lock, and begins anew. */
class SeenOtherwise extends Error {}

/**
 * A unit of work under READ COMMITTED that is slow to commit: others commit between its reads, also those after its writes, and its
 * commit. It is run and taken back; then others have their turns; then it is run again, and reads what it read before. It begins
 * anew when others wrote a row that it wrote: they would have waited for its locks, or it for theirs.
 */
export async function runWithLateCommit<Stores extends object, Result>(
  { unitOfWork }: Opened<Stores>,
  calls: PortCalls,
  life: Life,
  work: Work<Stores, Result>,
): Promise<Result> {
  const seen: Seen = { reads: [], writes: [], rows: [] }
  const recorded = (stores: Stores) => work(recordedStores(boundStores(stores, calls, life), seen))
  const run = (each: (stores: Stores) => Promise<Result>) => unitOfWork.run(each)
  const wholeAnew = () => run((stores) => work(boundStores(stores, calls, life)))

  const before = async () => {
    await runInVain(unitOfWork, recorded)
    return calls.written.count
  }
  const label = 'unit of work, its commit to come'
  const from = await calls.inTurn({ life, kind: 'lateUnit', label, act: before, faulty: faultyStoreCall })
  const act = async () => {
    if (calls.written.since(from, seen.rows)) return wholeAnew()
    try {
      return await run((stores) => work(replayedStores(boundStores(stores, calls, life), seen)))
    } catch (error) {
      if (error instanceof SeenOtherwise) return wholeAnew()
      throw error
    }
  }
  return calls.inTurn({ life, kind: 'lateUnit', label: 'commit', act, faulty: faultyStoreCall })
}

const recordedStores = <Stores extends object>(stores: Stores, seen: Seen): Stores =>
  interceptedStores(stores, async (call) => {
    const answer = await methodOf(stores, call)
    if (isRead(call.method)) seen.reads.push(answer)
    else {
      seen.writes.push(JSON.stringify(answer) ?? '')
      // A conditional write that changed nothing keeps no lock.
      if (answer !== false) seen.rows.push(...rowsOf(call))
    }
    return answer
  })

function replayedStores<Stores extends object>(stores: Stores, seen: Seen): Stores {
  const [reads, writes] = [seen.reads.values(), seen.writes.values()]
  return interceptedStores(stores, async (call) => {
    if (isRead(call.method)) return reads.next().value
    const answer = await methodOf(stores, call)
    if (writes.next().value !== (JSON.stringify(answer) ?? '')) throw new SeenOtherwise()
    return answer
  })
}
