import { manualScheduler, nextTurn, settableClock } from '@coursepay/core/fakes'
import { describe, expect, it } from 'vitest'
import { createSharedExclusiveLock } from '../src/rabbit/shared-exclusive-lock.js'

function openLock() {
  const scheduler = manualScheduler(settableClock())
  const lock = createSharedExclusiveLock(scheduler)
  const events: string[] = []
  const ends = new Map<string, () => void>()
  const work = (name: string) => async () => {
    events.push(`${name} begins`)
    await new Promise<void>((resolve) => ends.set(name, resolve))
    events.push(`${name} ends`)
  }
  async function end(name: string): Promise<void> {
    ends.get(name)?.()
    await nextTurn()
  }
  return { lock, scheduler, events, work, end }
}

describe('the handler lock of a consumer', () => {
  it('lets handlers run side by side', () => {
    const { lock, events, work } = openLock()
    void lock.runShared(work('one'))
    void lock.runShared(work('two'))
    expect(events).toEqual(['one begins', 'two begins'])
  })

  it('lets one run alone: after those before it, and before those behind it', async () => {
    const { lock, events, work, end } = openLock()
    void lock.runShared(work('before'))
    void lock.runExclusive(work('alone'))
    void lock.runShared(work('behind'))
    await nextTurn()
    expect(events).toEqual(['before begins'])
    await end('before')
    expect(events.slice(1)).toEqual(['before ends', 'alone begins'])
    await end('alone')
    expect(events.slice(3)).toEqual(['alone ends', 'behind begins'])
  })

  it('lets two that want to be alone run one after the other', async () => {
    const { lock, events, work, end } = openLock()
    void lock.runExclusive(work('one'))
    void lock.runExclusive(work('two'))
    await nextTurn()
    await end('one')
    expect(events).toEqual(['one begins', 'one ends', 'two begins'])
  })

  it('waits five seconds at most for a handler that hangs, before and after the one that is alone', async () => {
    const { lock, scheduler, events, work } = openLock()
    void lock.runShared(work('hangs'))
    void lock.runExclusive(work('hangs alone'))
    void lock.runShared(work('behind'))
    await scheduler.advance(4_999)
    expect(events).toEqual(['hangs begins'])
    await scheduler.advance(1)
    expect(events).toEqual(['hangs begins', 'hangs alone begins'])
    await scheduler.advance(5_000)
    expect(events).toEqual(['hangs begins', 'hangs alone begins', 'behind begins'])
  })
})
