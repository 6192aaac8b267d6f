import { describe, expect, it } from 'vitest'
import { nextTurn } from '../../testing/fakes/index.js'
import { keyedQueue } from './keyed-queue.js'

const waits = async ({ waited }: { readonly waited: boolean }) => ({ result: waited })

describe('a keyed queue', () => {
  it('runs work of one key one after the other, in the sequence of the calls', async () => {
    const queue = keyedQueue()
    const steps: string[] = []
    const results = await Promise.all(
      ['a', 'b', 'c'].map((name) =>
        queue.run('key', async ({ waited }) => {
          steps.push(`${name} begins${waited ? ', waited' : ''}`)
          await nextTurn()
          steps.push(`${name} ends`)
          return { result: name }
        }),
      ),
    )
    expect(results).toEqual(['a', 'b', 'c'])
    expect(steps).toEqual(['a begins', 'a ends', 'b begins, waited', 'b ends', 'c begins, waited', 'c ends'])
  })

  it('gives work that waited what the work before it handed on, and nothing that is older', async () => {
    const queue = keyedQueue<number>()
    const seen: unknown[] = []
    const work = (handOn?: number) =>
      queue.run('key', async ({ handed }) => {
        seen.push(handed)
        return { result: null, handOn }
      })
    await Promise.all([work(1), work(), work(3)])
    await nextTurn()
    await work()
    expect(seen).toEqual([undefined, 1, undefined, undefined])
  })

  it('runs work of different keys at once, and says which key is busy', async () => {
    const queue = keyedQueue()
    const open = Promise.withResolvers<{ readonly result: null }>()
    const first = queue.run('a', () => open.promise)
    expect([queue.isBusy('a'), queue.isBusy('b')]).toEqual([true, false])
    expect(await queue.run('b', waits)).toBe(false)
    open.resolve({ result: null })
    await first
    await nextTurn()
    expect(queue.isBusy('a')).toBe(false)
  })

  it('continues after work that fails, whose caller gets the failure', async () => {
    const queue = keyedQueue<number>()
    const failing = queue.run('key', () => Promise.reject(new Error('no')))
    const next = queue.run('key', async ({ waited, handed }) => ({ result: [waited, handed] }))
    await expect(failing).rejects.toThrow('no')
    expect(await next).toEqual([true, undefined])
  })

  it('forgets a key whose work is over: the next one has not waited', async () => {
    const queue = keyedQueue()
    await queue.run('key', waits)
    await nextTurn()
    expect(await queue.run('key', waits)).toBe(false)
  })

  it('keeps a key while later work of it waits', async () => {
    const queue = keyedQueue()
    const open = Promise.withResolvers<{ readonly result: null }>()
    const first = queue.run('key', waits)
    const second = queue.run('key', () => open.promise)
    await first
    await nextTurn()
    const third = queue.run('key', waits)
    open.resolve({ result: null })
    await second
    expect(await third).toBe(true)
  })
})
