import { manualScheduler, nextTurn, settableClock } from '@coursepay/core/fakes'
import { describe, expect, it } from 'vitest'
import { createBackoff } from '../src/rabbit/backoff.js'
import { type SupervisedResource, supervise } from '../src/rabbit/supervisor.js'

function openSupervised(...plan: Error[]) {
  const scheduler = manualScheduler(settableClock())
  const told: string[] = []
  const opened: (SupervisedResource & { lose(reason: string): void })[] = []
  const openThing = async () => {
    const failure = plan.shift()
    if (failure !== undefined) throw failure
    const ended = Promise.withResolvers<string>()
    const thing = {
      ended: ended.promise,
      close: async () => ended.resolve('closed'),
      lose: (reason: string) => ended.resolve(reason),
    }
    opened.push(thing)
    return thing
  }
  const supervisor = supervise({
    open: openThing,
    backoff: (failures) => failures * 100,
    scheduler,
    onOpen: () => told.push('open'),
    onLost: (reason) => told.push(`lost: ${reason}`),
    onFailed: (error) => told.push(`failed: ${error}`),
  })
  return { scheduler, told, opened, plan, supervisor, last: () => opened.at(-1) }
}

describe('a supervisor', () => {
  it('given a thing that is lost, then it opens another after a pause, and tells', async () => {
    const { supervisor, scheduler, told, opened, last } = openSupervised()
    expect(await supervisor.ready()).toBe(opened[0])
    last()?.lose('cut')
    await scheduler.advance(99)
    expect(supervisor.current()).toBeNull()
    expect(supervisor.failure()).toEqual(new Error('cut'))
    await scheduler.advance(1)
    expect(supervisor.current()).toBe(opened[1])
    expect(supervisor.failure()).toBeNull()
    expect(told).toEqual(['open', 'lost: cut', 'open'])
  })

  it('given failures in a row, then the pauses grow, and a waiting caller gets the next one', async () => {
    const { supervisor, scheduler, told, plan, opened, last } = openSupervised()
    await supervisor.ready()
    plan.push(new Error('1'), new Error('2'))
    last()?.lose('cut')
    await nextTurn()
    const waiting = supervisor.ready()
    await scheduler.advance(100 + 200 + 299)
    expect(opened).toHaveLength(1)
    await scheduler.advance(1)
    expect(await waiting).toBe(opened[1])
    expect(told).toEqual(['open', 'lost: cut', 'failed: Error: 1', 'failed: Error: 2', 'open'])
  })

  it('given one that lived long, then its loss begins with the shortest pause again', async () => {
    const { scheduler, opened, last } = openSupervised(new Error('1'), new Error('2'))
    await scheduler.advance(300)
    await scheduler.advance(5_000)
    last()?.lose('cut')
    await scheduler.advance(100)
    expect(opened).toHaveLength(2)
  })

  it('given things that are lost at once again and again, then it does not open them without a pause', async () => {
    const { scheduler, opened, last } = openSupervised()
    for (const pause of [100, 200, 300]) {
      await nextTurn()
      last()?.lose('flapping')
      await scheduler.advance(pause)
    }
    expect(opened).toHaveLength(4)
    last()?.lose('flapping')
    await scheduler.advance(399)
    expect(opened).toHaveLength(4)
  })

  it('tells how the first attempt went, once it is over', async () => {
    const good = openSupervised()
    expect(await good.supervisor.firstAttempt()).toBeNull()
    const bad = openSupervised(new Error('refused'))
    expect(await bad.supervisor.firstAttempt()).toEqual(new Error('refused'))
  })

  it('when it is closed, then it closes what lives, opens nothing more and nobody waits for ever', async () => {
    const { supervisor, scheduler, opened, told, last } = openSupervised()
    await supervisor.ready()
    last()?.lose('cut')
    await nextTurn()
    const waiting = supervisor.ready()
    const failing = expect(waiting).rejects.toThrow('closed')
    await supervisor.close()
    await failing
    await expect(supervisor.ready()).rejects.toThrow('closed')
    await scheduler.advance(10_000)
    expect(opened).toHaveLength(1)
    expect(told).toEqual(['open', 'lost: cut'])
    expect(scheduler.pending()).toBe(0)
  })

  it('when it is closed while it opens, then what comes is closed too', async () => {
    const gate = Promise.withResolvers<SupervisedResource>()
    const closed: string[] = []
    const supervisor = supervise({
      open: () => gate.promise,
      backoff: () => 100,
      scheduler: manualScheduler(settableClock()),
      onOpen: () => closed.push('told that it is open'),
      onLost: () => {},
      onFailed: () => {},
    })
    const closing = supervisor.close()
    gate.resolve({ ended: new Promise(() => {}), close: async () => void closed.push('closed') })
    await closing
    expect(closed).toEqual(['closed'])
    expect(supervisor.current()).toBeNull()
  })
})

describe('the pauses between two attempts', () => {
  const settings = { minMs: 100, maxMs: 10_000 }

  it('double up to the longest, without overflow', () => {
    const backoff = createBackoff(settings, () => 0)
    expect([1, 2, 3, 7, 8, 5_000].map(backoff)).toEqual([100, 200, 400, 6_400, 10_000, 10_000])
  })

  it('are cut by up to one half at random, so that processes do not come back together', () => {
    expect(createBackoff(settings, () => 0.999_999)(1)).toBe(50)
    expect(createBackoff(settings, () => 0.5)(8)).toBe(7_500)
  })
})
