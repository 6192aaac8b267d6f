import { systemScheduler } from '@coursepay/core/assembly'
import { expect, it } from 'vitest'
import { Batcher, type BatchItem } from '../src/writer/batcher.js'

type Task = { readonly name: string; readonly keys: readonly string[]; readonly bytes: number }
type Item = BatchItem<Task, void>

/** Notes the batches that it is given, and ends each when it is told to. */
function harness(limits: Partial<{ maxInFlight: number; maxItems: number; maxBytes: number }> = {}) {
  const batches: string[] = []
  const ends: ((again?: readonly Item[]) => void)[] = []
  const rejected: string[] = []
  const batcher = new Batcher<Task, void>({
    ...{ scheduler: systemScheduler, busyTimeoutMs: 200, maxInFlight: 2, maxItems: 64, maxBytes: 1_000, ...limits },
    write(batch) {
      batches.push(batch.map(({ name }) => name).join(' '))
      return new Promise((resolve) => ends.push((again = []) => resolve(again)))
    },
    timedOut: () => 'Timed out.',
  })
  const item = (name: string, change: Partial<Item> = {}): Item => ({
    ...{ name, keys: [name], bytes: 1, tries: 0, deadline: performance.now() + 5_000, ...change },
    resolve: () => {},
    reject: (error) => void rejected.push(`${name}: ${(error as Error).message}`),
  })
  const add = (...items: readonly Item[]) => items.map((each) => batcher.add(each))
  return { batcher, batches, ends, rejected, item, add }
}

it('one batch takes what is added in one turn', async () => {
  const { batches, add, item } = harness()
  add(item('a'), item('b'), item('c'))
  await expect.poll(() => batches).toEqual(['a b c'])
})

it('two batches are in flight at most, and the next gathers meanwhile', async () => {
  const { batches, ends, add, item } = harness()
  for (const name of ['a', 'b', 'c', 'd']) {
    add(item(name))
    await new Promise(setImmediate)
  }
  expect(batches).toEqual(['a', 'b'])
  ends[0]?.()
  await expect.poll(() => batches).toEqual(['a', 'b', 'c d'])
})

it('a batch has so many items and bytes at most, and an item that is larger goes alone', async () => {
  const { batches, ends, add, item } = harness({ maxItems: 2, maxBytes: 10 })
  add(item('a'), item('b'), item('large', { bytes: 50 }), item('c', { bytes: 6 }), item('d', { bytes: 6 }))
  await expect.poll(() => batches).toEqual(['a b', 'large'])
  ends[0]?.()
  ends[1]?.()
  await expect.poll(() => batches).toEqual(['a b', 'large', 'c', 'd'])
})

it('two items of one key are never in flight at once', async () => {
  const { batches, ends, add, item } = harness()
  add(item('a', { keys: ['order'] }), item('b', { keys: ['order'] }), item('c'))
  await expect.poll(() => batches).toEqual(['a c'])
  add(item('d', { keys: ['order'] }))
  await new Promise(setImmediate)
  expect(batches).toEqual(['a c'])
  ends[0]?.()
  await expect.poll(() => batches).toEqual(['a c', 'b'])
})

it('an item that was locked is tried again, and rejected after its deadline', async () => {
  const { batches, ends, rejected, add, item } = harness()
  const locked = item('locked', { deadline: performance.now() + 300 })
  add(locked)
  for (let tries = 0; rejected.length === 0; tries += 1) {
    await expect.poll(() => ends.length + rejected.length, { interval: 1 }).toBeGreaterThan(tries)
    ends[tries]?.([locked])
    await new Promise(setImmediate)
  }
  expect(rejected).toEqual(['locked: Timed out.'])
  expect(batches.length).toBeGreaterThan(1)
})

it('an item whose deadline passes behind a batch in flight is rejected, and never written', async () => {
  const { batches, ends, rejected, add, item } = harness({ maxInFlight: 1 })
  add(item('a'))
  await expect.poll(() => batches).toEqual(['a'])
  add(item('b', { deadline: performance.now() }))
  ends[0]?.()
  await expect.poll(() => rejected).toHaveLength(1)
  expect(rejected).toEqual(['b: Timed out.'])
  expect(batches).toEqual(['a'])
})

it('what was tried in vain leaves a place in flight to what was not', async () => {
  const { batches, ends, add, item } = harness()
  const held = [item('held'), item('held too')]
  add(...held)
  await expect.poll(() => batches).toEqual(['held held too'])
  ends[0]?.(held.slice(0, 1))
  await expect.poll(() => batches).toEqual(['held held too', 'held'])
  add(item('tried', { tries: 1 }), item('new'))
  await expect.poll(() => batches).toEqual(['held held too', 'held', 'new'])
  ends[1]?.()
  await expect.poll(() => batches).toEqual(['held held too', 'held', 'new', 'tried'])
})

it('a task in flight is answered by its deadline, also by a batch that hangs', async () => {
  const { batcher, batches, ends } = harness()
  const running = batcher.run({ name: 'a', keys: ['a'], bytes: 1 })
  await expect(running).rejects.toMatchObject({ code: 'store_unavailable', message: 'Timed out.' })
  expect(batches).toEqual(['a'])
  ends[0]?.()
})
