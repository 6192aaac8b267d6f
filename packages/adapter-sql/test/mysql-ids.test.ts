import { systemScheduler } from '@coursepay/core/assembly'
import { beforeAll, beforeEach, expect, it } from 'vitest'
import type { OpenedSqlStore } from '../src/sql-store.js'
import { migrateOnce } from './support/migrated.js'
import { describeOnMysql, mysqlTestDatabase } from './support/mysql-server.js'
import { mysqlStores } from './support/mysql-stores.js'

const test = mysqlTestDatabase()
const open = mysqlStores(test)

const workerOf = (id: string) => Number((BigInt(id) >> 12n) & 1023n)

const processes = (count: number): Promise<OpenedSqlStore[]> =>
  Promise.all(Array.from({ length: count }, () => open({ query: 'pool=2', scheduler: systemScheduler })))

async function workersOf(stores: readonly OpenedSqlStore[]): Promise<number[]> {
  const ids = await Promise.all(stores.map(({ ids }) => ids.nextId()))
  return ids.map(workerOf).sort((one, other) => one - other)
}

const upTo = (count: number) => Array.from({ length: count }, (_, worker) => worker)

describeOnMysql('worker numbers on MySQL', () => {
  beforeAll(async () => {
    await migrateOnce(test.url())
  })
  beforeEach(() => test.rows('DELETE FROM worker_lease'))

  it('gives each of 30 processes that start at once a number of its own', async () => {
    expect(await workersOf(await processes(30))).toEqual(upTo(30))
  })

  it('gives each number that has run out to one of the processes that want it', async () => {
    for (const worker of upTo(10)) await test.rows('INSERT INTO worker_lease VALUES (?, NULL, 1)', [worker])
    expect(await workersOf(await processes(20))).toEqual(upTo(20))
  })

  it('makes no id twice in many processes', async () => {
    const ids = await Promise.all(
      (await processes(6)).map(async (store) => {
        const made: string[] = []
        while (made.length < 2_000) made.push(await store.ids.nextId())
        return made
      }),
    )
    expect(new Set(ids.flat()).size).toBe(12_000)
  })

  it('gives a number back when its process closes', async () => {
    const [first] = await processes(1)
    const id = await first?.ids.nextId()
    await first?.close()
    const [row] = await test.rows('SELECT token, used_until FROM worker_lease WHERE worker = 0')
    expect(id).toBeDefined()
    expect(row).toMatchObject({ token: null })
    expect(Number(row?.used_until)).toBeLessThanOrEqual(Date.now())
  })
})
