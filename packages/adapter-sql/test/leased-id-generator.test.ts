import { beforeEach, expect, it, vi } from 'vitest'
import { LeasedIdGenerator } from '../src/ids/leased-id-generator.js'
import type { SqlSession } from '../src/sql/session.js'
import { type IdDatabase, idDatabase } from './support/id-database.js'

const START = Date.UTC(2026, 0, 2, 3, 4, 5, 678)
const WINDOW_MS = 30_000

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: START })
  return () => vi.useRealTimers()
})

const workerOf = (id: string) => Number((BigInt(id) >> 12n) & 1023n)

const generatorOn = (session: SqlSession) => new LeasedIdGenerator({ session, windowMs: WINDOW_MS })

async function workersOf(generators: readonly LeasedIdGenerator[]): Promise<number[]> {
  const ids = await Promise.all(generators.map((generator) => generator.nextId()))
  return ids.map(workerOf)
}

it('makes positive ids of 19 digits, each greater than the one before', async () => {
  const { session } = await idDatabase()
  const generator = generatorOn(session)
  const ids: bigint[] = []
  for (let count = 0; count < 20; count += 1) {
    ids.push(BigInt(await generator.nextId()))
    if (count % 3 === 0) vi.setSystemTime(Date.now() + 1)
  }
  for (const [index, id] of ids.entries()) {
    expect(String(id)).toMatch(/^[1-9]\d{18}$/)
    expect(id).toBeGreaterThan(ids[index - 1] ?? 0n)
  }
})

it('still makes positive ids in fifty years', async () => {
  const { session } = await idDatabase()
  vi.setSystemTime(Date.UTC(2076, 0, 1))
  expect(BigInt(await generatorOn(session).nextId())).toBeLessThan(2n ** 63n)
})

it('gives each generator a worker number of its own', async () => {
  const { session } = await idDatabase()
  const generators = Array.from({ length: 20 }, () => generatorOn(session))
  expect(new Set(await workersOf(generators)).size).toBe(20)
})

it('keeps its worker number as long as it makes ids', async () => {
  const { session } = await idDatabase()
  const generator = generatorOn(session)
  const workers = new Set<number>()
  for (let round = 0; round < 10; round += 1) {
    workers.add(workerOf(await generator.nextId()))
    vi.setSystemTime(Date.now() + WINDOW_MS * 0.9)
  }
  expect(workers.size).toBe(1)
})

it('takes over the number of a process that died, once its window has passed', async () => {
  const { session } = await idDatabase()
  const [dead, ...others] = [0, 1, 2].map(() => generatorOn(session))
  const [deadWorker] = await workersOf(dead === undefined ? [] : [dead])
  vi.setSystemTime(START + WINDOW_MS - 1)
  expect(await workersOf(others.slice(0, 1))).not.toContain(deadWorker)
  vi.setSystemTime(START + WINDOW_MS)
  expect(await workersOf(others.slice(1))).toEqual([deadWorker])
})

it('takes another number when its own was taken over while it slept', async () => {
  const { session } = await idDatabase()
  const [sleeper, other] = [generatorOn(session), generatorOn(session)]
  const lost = workerOf(await sleeper.nextId())
  vi.setSystemTime(START + WINDOW_MS)
  expect(workerOf(await other.nextId())).toBe(lost)
  expect(workerOf(await sleeper.nextId())).not.toBe(lost)
})

it('throws an id away that it was too slow to make inside its window', async () => {
  const { session } = await idDatabase()
  const [slow, other] = [generatorOn(session), generatorOn(session)]
  const lost = workerOf(await slow.nextId())
  vi.setSystemTime(START + WINDOW_MS)
  const taken = await other.nextId()
  expect(workerOf(taken)).toBe(lost)
  const now = vi.spyOn(Date, 'now').mockReturnValueOnce(START + WINDOW_MS - 1)
  const id = await slow.nextId()
  now.mockRestore()
  expect(workerOf(id)).not.toBe(lost)
})

it('makes no id before its window, when the clock steps back as soon as it has one', async () => {
  const { session } = await idDatabase()
  const before = generatorOn(session)
  const last = BigInt(await before.nextId())
  await before.close()
  const now = vi.spyOn(Date, 'now').mockReturnValueOnce(START + 1)
  const id = BigInt(await generatorOn(session).nextId())
  now.mockRestore()
  expect(workerOf(String(id))).toBe(workerOf(String(last)))
  expect(id).toBeGreaterThan(last)
})

it('makes only greater ids under another worker number, though the clock steps back as soon as it has it', async () => {
  const { session } = await idDatabase()
  const [first, sleeper] = [generatorOn(session), generatorOn(session)]
  const [short, third] = [generatorOn(session), generatorOn(session)]
  expect(await workersOf([first, sleeper, short])).toEqual([0, 1, 2])
  await short.close()
  vi.setSystemTime(START + 2_000)
  const last = BigInt(await sleeper.nextId())
  const awake = START + WINDOW_MS
  vi.setSystemTime(awake)
  expect(await workersOf([first, third])).toEqual([0, 1])
  const now = vi.spyOn(Date, 'now').mockReturnValueOnce(awake).mockReturnValueOnce(awake)
  vi.setSystemTime(START + 1_000)
  const id = await sleeper.nextId()
  now.mockRestore()
  expect(workerOf(id)).toBe(2)
  expect(BigInt(id)).toBeGreaterThan(last)
})

it('gives its number back when it is closed, for the very next millisecond', async () => {
  const { session } = await idDatabase()
  const generator = generatorOn(session)
  const worker = workerOf(await generator.nextId())
  await generator.close()
  expect(await workersOf([generatorOn(session)])).not.toEqual([worker])
  vi.setSystemTime(START + 1)
  expect(await workersOf([generatorOn(session)])).toEqual([worker])
})

it('makes no id with the number it had, when the clock is behind the last one after a restart', async () => {
  const { session } = await idDatabase()
  const before = generatorOn(session)
  const worker = workerOf(await before.nextId())
  await before.close()
  vi.setSystemTime(START - 60_000)
  expect(await workersOf([generatorOn(session)])).not.toEqual([worker])
})

it.each([
  ['by less than a second', 400],
  ['by an hour', 3_600_000],
])('continues from its last id while the clock is put back %s', async (_, stepMs) => {
  const { session } = await idDatabase()
  const generator = generatorOn(session)
  const before = BigInt(await generator.nextId())
  vi.setSystemTime(START - stepMs)
  const after = await generator.nextId()
  expect(BigInt(after)).toBe(before + 1n)
  expect(workerOf(after)).toBe(workerOf(String(before)))
})

it('continues after a clock that jumped ahead was put back, longer than a window lasts', async () => {
  const { session } = await idDatabase()
  const generator = generatorOn(session)
  await generator.nextId()
  vi.setSystemTime(START + 3_600_000)
  let last = BigInt(await generator.nextId())
  for (let round = 0; round < 5; round += 1) {
    vi.setSystemTime(START + round * WINDOW_MS)
    const id = BigInt(await generator.nextId())
    expect(id).toBeGreaterThan(last)
    last = id
  }
})

it('borrows from the next millisecond when one has no ids left', async () => {
  const { session } = await idDatabase()
  const generator = generatorOn(session)
  const ids: bigint[] = []
  for (let count = 0; count < 10_000; count += 1) ids.push(BigInt(await generator.nextId()))
  expect(new Set(ids).size).toBe(10_000)
  expect(ids.toSorted((one, other) => (one < other ? -1 : 1))).toEqual(ids)
  expect(Date.now()).toBe(START)
})

it('makes more ids than its window holds, and asks the store for each longer one', async () => {
  const { session } = await idDatabase()
  const generator = new LeasedIdGenerator({ session, windowMs: 4 })
  const ids = new Set<string>()
  for (let count = 0; count < 40_000; count += 1) ids.add(await generator.nextId())
  expect(ids.size).toBe(40_000)
  const other = new LeasedIdGenerator({ session, windowMs: 4 })
  expect(workerOf(await other.nextId())).not.toBe(workerOf([...ids][0] ?? '0'))
})

it('makes ids without the store until its window ends, and then refuses with ids_unavailable', async () => {
  const { session, breakDown }: IdDatabase = await idDatabase()
  const generator = generatorOn(session)
  await generator.nextId()
  breakDown()
  vi.setSystemTime(START + WINDOW_MS - 1)
  await generator.nextId()
  vi.setSystemTime(START + WINDOW_MS)
  await expect(generator.nextId()).rejects.toMatchObject({ code: 'ids_unavailable' })
})

it('refuses with ids_unavailable when all 1024 worker numbers are in use', async () => {
  const { session } = await idDatabase()
  const generators = Array.from({ length: 1_024 }, () => generatorOn(session))
  expect(new Set(await workersOf(generators)).size).toBe(1_024)
  await expect(generatorOn(session).nextId()).rejects.toMatchObject({ code: 'ids_unavailable' })
})
