import { describe, expect, it } from 'vitest'
import { severalAtOnce } from './several-at-once.js'

describe('severalAtOnce', () => {
  it('given more than may be in work, then each is worked on once, and never more at once', async () => {
    const done: number[] = []
    const inWork = { now: 0, most: 0 }
    await severalAtOnce([1, 2, 3, 4, 5], 2, async (item) => {
      inWork.now += 1
      inWork.most = Math.max(inWork.most, inWork.now)
      await Promise.resolve()
      inWork.now -= 1
      done.push(item)
    })
    expect([done, inWork]).toEqual([[1, 2, 3, 4, 5], { now: 0, most: 2 }])
  })

  it('given one that fails, then nothing is begun after it, and what is in work is waited for', async () => {
    const log: string[] = []
    const slow = Promise.withResolvers<void>()
    const all = severalAtOnce(['slow', 'bad', 'never'], 2, async (item) => {
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

  it('given nothing, then it is done', async () => {
    await severalAtOnce([], 3, () => Promise.reject(new Error('nothing to do')))
  })
})
