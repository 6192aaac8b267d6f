import { describe, expect, it } from 'vitest'
import { forEachConcurrent } from './for-each-concurrent.js'

describe('forEachConcurrent', () => {
  it('forEachConcurrent works on each item once, and never on more at once than allowed', async () => {
    const done: number[] = []
    const inWork = { now: 0, maxConcurrent: 0 }
    await forEachConcurrent([1, 2, 3, 4, 5], 2, async (item) => {
      inWork.now += 1
      inWork.maxConcurrent = Math.max(inWork.maxConcurrent, inWork.now)
      await Promise.resolve()
      inWork.now -= 1
      done.push(item)
    })
    expect([done, inWork]).toEqual([[1, 2, 3, 4, 5], { now: 0, maxConcurrent: 2 }])
  })

  it('a failure begins nothing more, and waits for what is in work', async () => {
    const log: string[] = []
    const slow = Promise.withResolvers<void>()
    const all = forEachConcurrent(['slow', 'bad', 'never'], 2, async (item) => {
      log.push(item)
      if (item === 'bad') throw new Error('no')
      await slow.promise
      log.push('slow is done')
    })
    const outcome = all.catch((error: Error) => log.push(error.message))
    await Promise.resolve()
    slow.resolve()
    await outcome
    expect(log).toEqual(['slow', 'bad', 'slow is done', 'no'])
  })

  it('an empty list is done at once', async () => {
    await forEachConcurrent([], 3, () => Promise.reject(new Error('nothing to do')))
  })
})
