import { CheckoutError } from '@coursepay/core'
import { systemClock } from '@coursepay/core/assembly'
import { expect, it, onTestFinished, vi } from 'vitest'
import { WriteHealth } from '../src/health.js'
import { tableNamesWith } from '../src/schema/table-names.js'
import type { SqlSession } from '../src/sql/session.js'
import { sqlStore } from '../src/sql-store.js'
import { createSqliteSyntax } from '../src/sqlite/statements.js'
import { describeOnMysql, mysqlTestDatabase } from './support/mysql-server.js'
import { mysqlStores } from './support/mysql-stores.js'

const syntax = createSqliteSyntax(tableNamesWith(''), systemClock)
const failure = new CheckoutError('store_unavailable', 'The disk is full.')

/** A session whose writes fail while `isFull`, and a clock that the test turns. */
function scene() {
  const disk = { isFull: false, writes: 0 }
  const run = async () => {
    disk.writes += 1
    if (disk.isFull) throw failure
    return 1
  }
  let now = 1_000
  vi.spyOn(performance, 'now').mockImplementation(() => now)
  onTestFinished(() => void vi.restoreAllMocks())
  const health = new WriteHealth({ run, syntax } as unknown as SqlSession, systemClock)
  return { disk, health, pass: (ms: number) => (now += ms) }
}

it('a store that nobody writes to is ready after a write of its own, at most one a second', async () => {
  const { disk, health, pass } = scene()
  await Promise.all([health.check(), health.check()])
  await health.check()
  expect(disk.writes).toBe(1)
  pass(1_001)
  await health.check()
  expect(disk.writes).toBe(2)
})

it('a store is ready after a write of others, without one of its own', async () => {
  const { disk, health } = scene()
  await health.observe(Promise.resolve('committed'), () => true)
  await health.check()
  expect(disk.writes).toBe(0)
})

it('a write that changes nothing leaves a store that failed not ready: it reaches no disk', async () => {
  const { disk, health, pass } = scene()
  disk.isFull = true
  for (const _ of [1, 2]) await health.observe(Promise.reject(failure), () => true).catch(() => null)
  await health.observe(Promise.resolve('conflict'), (outcome) => outcome === 'committed')
  await expect(health.check()).rejects.toBe(failure)
  pass(1_000)
  await expect(health.check()).rejects.toBe(failure)
})

it('a store is not ready after two failed writes, until a write of its own succeeds', async () => {
  const { disk, health, pass } = scene()
  const fail = () => health.observe(Promise.reject(failure), () => true).catch(() => null)
  disk.isFull = true
  await fail()
  await fail()
  await expect(health.check()).rejects.toBe(failure)
  disk.isFull = false
  await expect(health.check()).rejects.toBe(failure)
  pass(1_000)
  await health.check()
})

it('a write that is refused for what it says leaves the store ready', async () => {
  const { health } = scene()
  const conflict = new CheckoutError('state_conflict', 'The row is there already.')
  for (const _ of [1, 2, 3]) await health.observe(Promise.reject(conflict), () => true).catch(() => null)
  await health.check()
})

it('a store on SQLite is ready when it is open, and not when it is closed', async () => {
  const store = await sqlStore({ url: 'sqlite::memory:' }).open()
  await store.ping()
  await store.close()
  vi.spyOn(performance, 'now').mockReturnValue(performance.now() + 2_000)
  await store.ping()
  vi.spyOn(performance, 'now').mockReturnValue(performance.now() + 4_000)
  await expect(store.ping()).rejects.toMatchObject({ code: 'store_unavailable' })
  vi.restoreAllMocks()
})

const test = mysqlTestDatabase()
const open = mysqlStores(test)

describeOnMysql('readiness on MySQL', () => {
  it('a store that answers reads but takes no writes is not ready, until it takes writes again', async () => {
    const store = await open()
    await store.ping()
    await test.rows('RENAME TABLE query_slot TO hidden_slot')
    const write = () => store.retention.deleteBefore('query_slot', 1, 1)
    for (const _ of [1, 2]) await expect(write()).rejects.toMatchObject({ code: 'store_unavailable' })
    await expect(store.ping()).rejects.toMatchObject({ code: 'store_unavailable' })
    await test.rows('RENAME TABLE hidden_slot TO query_slot')
    await expect
      .poll(
        () =>
          store.ping().then(
            () => 'ready',
            () => 'not ready',
          ),
        { timeout: 3_000 },
      )
      .toBe('ready')
  })
})
