import { describe, expect, it } from 'vitest'
import { manualScheduler, settableClock } from '../../testing/fakes/index.js'
import { CheckoutError } from './checkout-error.js'
import { createUpdateLoop } from './update-loop.js'

interface Counter {
  readonly version: number
  readonly total: number
}

interface Addition {
  readonly after: Counter
  readonly added: number
}

/** A store of one counter, and what each commit was asked to store. `refusalOf` says why it refuses one. */
function openCounter(refusalOf: (decisions: readonly Addition[]) => CheckoutError | null, maxDecisionsPerCommit = 64) {
  let stored: Counter = { version: 1, total: 0 }
  const commits: number[][] = []
  const update = createUpdateLoop<'counter', Counter, Addition>({
    scheduler: manualScheduler(settableClock()),
    find: async () => stored,
    updateQueueNameOfKey: () => 'counter',
    updateQueueNameOf: () => 'counter',
    async commit(before, decisions) {
      commits.push(decisions.map(({ added }) => added))
      const refusal = refusalOf(decisions)
      if (refusal !== null) throw refusal
      if (before?.version !== stored.version) return 'conflict'
      const last = decisions.at(-1)
      if (last !== undefined) stored = { ...last.after, version: stored.version + 1 }
      return { stored }
    },
    maxDecisionsPerCommit,
  })
  const add = (added: number) =>
    update(
      'counter',
      Promise.resolve((before: Counter | null): Addition => {
        if (added < 0) throw new CheckoutError('invalid_amount', 'Nothing is taken away.')
        return { added, after: { version: before?.version ?? 0, total: (before?.total ?? 0) + added } }
      }),
    ).then(
      (made) => made.after.total,
      (error) => error.code,
    )
  return { add, commits, total: () => stored.total }
}

const refuses = (code: 'state_conflict' | 'store_unavailable') => (decisions: readonly Addition[]) =>
  decisions.some(({ added }) => added === 13) ? new CheckoutError(code, 'No.') : null

describe('callers of one aggregate who come together', () => {
  it('share a commit, and one whose decision throws disturbs no other', async () => {
    const { add, commits, total } = openCounter(() => null)
    expect(await Promise.all([add(1), add(-1), add(2)])).toEqual([1, 'invalid_amount', 3])
    expect([commits, total()]).toEqual([[[1, 2]], 3])
  })

  it('are served one by one when what one of them wants cannot be stored', async () => {
    const { add, commits, total } = openCounter(refuses('state_conflict'))
    expect(await Promise.all([add(1), add(13), add(2)])).toEqual([1, 'state_conflict', 3])
    expect([commits, total()]).toEqual([[[1, 13, 2], [1], [13], [2]], 3])
  })

  it('fail together when the store fails: whether it stored anything is not known', async () => {
    const { add, commits } = openCounter(refuses('store_unavailable'))
    const unavailable = 'store_unavailable'
    expect(await Promise.all([add(1), add(13), add(2)])).toEqual([unavailable, unavailable, unavailable])
    expect(commits).toEqual([[1, 13, 2]])
  })

  it('wait for each other where a commit stores one decision, and no more share one than it may store', async () => {
    const one = openCounter(() => null, 1)
    expect(await Promise.all([one.add(1), one.add(2)])).toEqual([1, 3])
    const two = openCounter(() => null, 2)
    await Promise.all([two.add(1), two.add(2), two.add(3)])
    expect([one.commits, two.commits]).toEqual([
      [[1], [2]],
      [[1, 2], [3]],
    ])
  })
})
