import { manualScheduler, settableClock } from '@coursepay/core/fakes'
import { describe, expect, it } from 'vitest'
import { raceWithAbort, TimeLimitError, waitUntilElapsedOrAborted, withTimeout } from '../src/rabbit/timeouts.js'

const openScheduler = () => manualScheduler(settableClock())

describe('waiting with a time limit', () => {
  it('gives the answer, or the error, and leaves no timer behind that keeps the process alive', async () => {
    const scheduler = openScheduler()
    expect(await withTimeout(scheduler, 1_000, 'Asking', Promise.resolve(7))).toBe(7)
    await expect(withTimeout(scheduler, 1_000, 'Asking', Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect(scheduler.pending()).toBe(0)
  })

  it('says what was late', async () => {
    const scheduler = openScheduler()
    const asking = expect(withTimeout(scheduler, 1_000, 'Asking', new Promise(() => {}))).rejects.toEqual(
      new TimeLimitError('Asking took longer than 1000 ms'),
    )
    await scheduler.advance(1_000)
    await asking
  })
})

describe('a wait that a signal can end', () => {
  it('ends after its time, or at once when it is stopped, and leaves no timer behind', async () => {
    const scheduler = openScheduler()
    const stop = new AbortController()
    const [whole, stopped] = [
      waitUntilElapsedOrAborted(scheduler, 1_000),
      waitUntilElapsedOrAborted(scheduler, 60_000, stop.signal),
    ]
    await scheduler.advance(1_000)
    await whole
    stop.abort()
    await stopped
    await waitUntilElapsedOrAborted(scheduler, 60_000, stop.signal)
    expect(scheduler.pending()).toBe(0)
  })
})

describe('waiting unless stopped', () => {
  it('gives the answer, and a rejection once it is stopped', async () => {
    const stop = new AbortController()
    expect(await raceWithAbort(Promise.resolve(7), stop.signal)).toBe(7)
    const waiting = expect(raceWithAbort(new Promise(() => {}), stop.signal)).rejects.toThrow('stopped')
    stop.abort()
    await waiting
    await expect(raceWithAbort(Promise.resolve(7), stop.signal)).rejects.toThrow('stopped')
  })
})
