import { describe, expect, it } from 'vitest'
import { nextTurn } from '../../testing/fakes/index.js'
import { keyedQueue } from './keyed-queue.js'

describe('a keyed queue', () => {
  it('runs work of one key one after the other, in the sequence of the calls', async () => {
    const queue = keyedQueue()
    const steps: string[] = []
    const work = (name: string) => async (waited: boolean) => {
      steps.push(`${name} begins${waited ? ', waited' : ''}`)
      await nextTurn()
      steps.push(`${name} ends`)
      return name
    }
    const results = await Promise.all(['a', 'b', 'c'].map((name) => queue('key', work(name))))
    expect(results).toEqual(['a', 'b', 'c'])
    expect(steps).toEqual(['a begins', 'a ends', 'b begins, waited', 'b ends', 'c begins, waited', 'c ends'])
  })

  it('runs work of different keys at once', async () => {
    const queue = keyedQueue()
    const open = Promise.withResolvers<void>()
    const first = queue('a', () => open.promise)
    expect(await queue('b', async (waited) => waited)).toBe(false)
    open.resolve()
    await first
  })

  it('continues after work that fails, whose caller gets the failure', async () => {
    const queue = keyedQueue()
    const failing = queue('key', () => Promise.reject(new Error('no')))
    const next = queue('key', async (waited) => waited)
    await expect(failing).rejects.toThrow('no')
    expect(await next).toBe(true)
  })

  it('forgets a key whose work is over: the next one has not waited', async () => {
    const queue = keyedQueue()
    await queue('key', async () => {})
    await nextTurn()
    expect(await queue('key', async (waited) => waited)).toBe(false)
  })

  it('keeps a key while later work of it waits', async () => {
    const queue = keyedQueue()
    const open = Promise.withResolvers<void>()
    const first = queue('key', async () => {})
    const second = queue('key', () => open.promise)
    await first
    await nextTurn()
    const third = queue('key', async (waited) => waited)
    open.resolve()
    await second
    expect(await third).toBe(true)
  })
})
