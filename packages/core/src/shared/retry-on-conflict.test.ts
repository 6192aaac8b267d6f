import { describe, expect, it } from 'vitest'
import { manualScheduler, settableClock } from '../../testing/fakes/index.js'
import { retryOnConflict } from './retry-on-conflict.js'

/** So many conflicts, then a result; the times of all tries. */
async function run(conflicts: number) {
  const clock = settableClock(0)
  const scheduler = manualScheduler(clock)
  const tries: number[] = []
  const outcome = retryOnConflict(scheduler, async () => {
    tries.push(clock.now())
    return tries.length > conflicts ? { result: 'committed' } : 'conflict'
  }).catch((error) => error.code)
  await scheduler.advance(1_000)
  return { outcome: await outcome, tries }
}

describe('retryOnConflict', () => {
  it('tries once without a conflict', async () => {
    expect(await run(0)).toEqual({ outcome: 'committed', tries: [0] })
  })

  it('pauses for 10, 20, 40 and 80 ms between its tries', async () => {
    expect(await run(4)).toEqual({ outcome: 'committed', tries: [0, 10, 30, 70, 150] })
  })

  it('throws state_conflict after five conflicts', async () => {
    expect(await run(5)).toEqual({ outcome: 'state_conflict', tries: [0, 10, 30, 70, 150] })
  })

  it('throws what an attempt throws, without another try', async () => {
    let tries = 0
    const outcome = retryOnConflict(manualScheduler(settableClock()), () => {
      tries += 1
      return Promise.reject(new Error('no'))
    })
    await expect(outcome).rejects.toThrow('no')
    expect(tries).toBe(1)
  })
})
