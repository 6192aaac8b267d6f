import { describe, expect, it, vi } from 'vitest'
import { realClock, VirtualClock } from '../../sandbox/index.js'

describe('the virtual clock', () => {
  it('given timers, when it advances, then they fire in the order of their time and see that time', async () => {
    const clock = new VirtualClock(1000)
    const seen: Array<[string, number]> = []
    clock.setTimeout(() => void seen.push(['late', clock.now()]), 20)
    clock.setTimeout(() => void seen.push(['early', clock.now()]), 10)
    clock.setTimeout(() => void seen.push(['never', clock.now()]), 31)

    await clock.advance(30)

    expect(seen).toEqual([
      ['early', 1010],
      ['late', 1020],
    ])
    expect(clock.now()).toBe(1030)
  })

  it('given a timer that sets another, then that one fires in the same advance, after the first has ended', async () => {
    const clock = new VirtualClock(0)
    const seen: string[] = []
    clock.setTimeout(async () => {
      clock.setTimeout(() => void seen.push('second'), 5)
      await Promise.resolve()
      seen.push('first')
    }, 10)

    await clock.advance(15)

    expect(seen).toEqual(['first', 'second'])
  })

  it('given a cancelled timer, then it does not fire', async () => {
    const clock = new VirtualClock(0)
    const task = vi.fn()
    clock.setTimeout(task, 10)()

    await clock.advance(10)

    expect(task).not.toHaveBeenCalled()
  })
})

describe('the real clock', () => {
  it('given a wait longer than timers can hold, then it does not fire at once', () => {
    vi.useFakeTimers()
    const task = vi.fn()
    const cancel = realClock.setTimeout(task, 30 * 24 * 60 * 60_000)

    vi.advanceTimersByTime(1000)

    expect(task).not.toHaveBeenCalled()
    cancel()
    expect(vi.getTimerCount()).toBe(0)
    vi.useRealTimers()
  })

  it('given a time that is over, then it fires at once, and Node warns of nothing', async () => {
    const warnings = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    await new Promise<void>((resolve) => realClock.setTimeout(resolve, -1_000))
    expect(warnings).not.toHaveBeenCalled()
    warnings.mockRestore()
  })
})
