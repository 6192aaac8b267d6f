import { CheckoutError } from '../../src/shared/checkout-error.js'
import type { RowStorage } from './row-storage.js'

/** Troubles that a test may cause. */
export interface StoreFaults {
  /** From now on every call fails with `store_unavailable`, until `recover`. */
  breakDown(): void
  recover(): void
  /** The next commit stores nothing and answers `conflict`. */
  conflictOnce(): void
  /** The next commit is stored, but its caller gets `store_unavailable`: the answer was lost. */
  loseCommitAnswerOnce(): void
}

type Commit<Change> = (change: Change) => Promise<'committed' | 'conflict'>

/** Rows in a variable, under the faults. */
export interface FaultyStorage<Rows> {
  readonly faults: StoreFaults
  readonly storage: RowStorage<Rows>
  /** The same commit, which the faults of commits befall. */
  faulty<Change>(commit: Commit<Change>): Commit<Change>
}

const storeUnavailable = () => new CheckoutError('store_unavailable', 'The in-memory store was made to fail.')

export function withFaults<Rows>(rows: Rows): FaultyStorage<Rows> {
  const state: { isDown: boolean; nextCommit: 'normal' | 'conflict' | 'lose_answer' } = {
    isDown: false,
    nextCommit: 'normal',
  }
  const turn = (change: Partial<typeof state>) => () => void Object.assign(state, change)
  const call = async <Result>(action: (rows: Rows) => Result): Promise<Result> => {
    if (state.isDown) throw storeUnavailable()
    return action(rows)
  }
  return {
    storage: { read: call, write: call },
    faulty: (commit) => async (change) => {
      if (state.isDown) throw storeUnavailable()
      const fault = state.nextCommit
      state.nextCommit = 'normal'
      if (fault === 'conflict') return 'conflict'
      const outcome = await commit(change)
      if (fault === 'lose_answer') throw storeUnavailable()
      return outcome
    },
    faults: {
      breakDown: turn({ isDown: true }),
      recover: turn({ isDown: false }),
      conflictOnce: turn({ nextCommit: 'conflict' }),
      loseCommitAnswerOnce: turn({ nextCommit: 'lose_answer' }),
    },
  }
}
