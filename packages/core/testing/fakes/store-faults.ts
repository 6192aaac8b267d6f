import { CheckoutError } from '../../src/shared/checkout-error.js'

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

/** One indivisible step of a store, under the faults. */
export interface FaultyStore {
  readonly faults: StoreFaults
  /** Runs `action` unless the store is down. */
  call<Result>(action: () => Result): Promise<Result>
  /** The same for a commit. */
  commit(action: () => 'committed' | 'conflict'): Promise<'committed' | 'conflict'>
}

const unavailable = () => new CheckoutError('store_unavailable', 'The in-memory store was made to fail.')

export function faultyStore(): FaultyStore {
  let isDown = false
  let nextCommit: 'normal' | 'conflict' | 'lose_answer' = 'normal'
  const call = async <Result>(action: () => Result): Promise<Result> => {
    if (isDown) throw unavailable()
    return action()
  }
  return {
    call,
    commit: (action) =>
      call(() => {
        const fault = nextCommit
        nextCommit = 'normal'
        if (fault === 'conflict') return 'conflict'
        const outcome = action()
        if (fault === 'lose_answer') throw unavailable()
        return outcome
      }),
    faults: {
      breakDown: () => {
        isDown = true
      },
      recover: () => {
        isDown = false
      },
      conflictOnce: () => {
        nextCommit = 'conflict'
      },
      loseCommitAnswerOnce: () => {
        nextCommit = 'lose_answer'
      },
    },
  }
}
