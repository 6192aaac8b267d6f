import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { courseId } from '@coursepay/core'
import { sampleCommit, sampleCourse, sampleJournalEntry, sampleOrder } from '@coursepay/core/contracts'
import { manualScheduler, settableClock } from '@coursepay/core/fakes'
import SqliteDriver from 'better-sqlite3'
import knex from 'knex'
import { createPool } from 'mysql2/promise'
import { expect, it, onTestFinished, vi } from 'vitest'
import { addressOf } from '../src/database-address.js'
import { sqlStore } from '../src/sql-store.js'
import { temporaryDatabaseFile } from './support/temporary-folder.js'

it('a store makes the folder of its file', async () => {
  const file = join(dirname(temporaryDatabaseFile()), 'not', 'there', 'yet.db')
  const store = await sqlStore({ url: `sqlite:${file}` }).open()
  await store.close()
  expect(existsSync(file)).toBe(true)
})

it('a temporary database lives as long as it is open, and leaves nothing behind', async () => {
  const folder = dirname(temporaryDatabaseFile())
  vi.stubEnv('TMPDIR', folder)
  onTestFinished(() => void vi.unstubAllEnvs())
  const { orderStore, close } = await sqlStore({ url: 'sqlite::memory:' }).open()
  expect(await orderStore.orders.commit(sampleCommit(null, sampleOrder()))).toBe('committed')
  expect(await orderStore.orders.find({ id: sampleOrder().id })).toEqual(sampleOrder())
  expect(readdirSync(folder)).toHaveLength(1)
  await close()
  expect(readdirSync(folder)).toHaveLength(0)
})

it('an address or a table prefix that can be none is refused with invalid_request', async () => {
  expect(() => sqlStore({ url: 'oracle://host/db' })).toThrow(expect.objectContaining({ code: 'invalid_request' }))
  const store = sqlStore({ url: 'sqlite::memory:', tablePrefix: 'Shop-' })
  await expect(store.open()).rejects.toMatchObject({ code: 'invalid_request' })
})

it('a file that cannot be opened is answered with store_unavailable', async () => {
  const file = temporaryDatabaseFile()
  mkdirSync(file)
  for (const url of [`sqlite:${file}`, `sqlite:${file}/\0`]) {
    await expect(sqlStore({ url }).open()).rejects.toMatchObject({ code: 'store_unavailable' })
  }
})

it('look-ups that wait for their batch when a store closes are answered first', async () => {
  const store = await sqlStore({ url: `sqlite:${temporaryDatabaseFile()}` }).open()
  const found = store.orderStore.orders.find({ id: sampleOrder().id })
  await store.close()
  expect(await found).toBeNull()
})

it('a closed store answers every call with store_unavailable, and may be closed again', async () => {
  const store = await sqlStore({ url: `sqlite:${temporaryDatabaseFile()}` }).open()
  await store.ping()
  await Promise.all([store.close(), store.close()])
  await store.close()
  const { orders, schedule, outbox } = store.orderStore
  const calls = [
    orders.find({ id: sampleOrder().id }),
    orders.commit(sampleCommit(null, sampleOrder())),
    schedule.listDue('poll', 1, 1),
    outbox.claim(1, 1),
  ]
  for (const call of await Promise.allSettled(calls)) {
    expect(call).toMatchObject({ status: 'rejected', reason: { code: 'store_unavailable' } })
  }
})

it('exactly the courses that were published last are listed', async () => {
  const store = await sqlStore({ url: `sqlite:${temporaryDatabaseFile()}` }).open()
  const [java, spring] = [sampleCourse(), sampleCourse({ courseName: 'Spring', courseId: courseId('2') })]
  await store.publishCourses([java])
  await store.publishCourses([spring])
  expect(await store.learningStore.catalogue.list()).toEqual([spring])
  await store.close()
})

it('a row that another program spoilt fails the look-up of its own key, and none beside it', async () => {
  const file = temporaryDatabaseFile()
  const store = await sqlStore({ url: `sqlite:${file}` }).open()
  const [java, spring] = [sampleCourse(), sampleCourse({ courseName: 'Spring', courseId: courseId('2') })]
  await store.publishCourses([java, spring])
  const foreign = new SqliteDriver(file)
  foreign.prepare('UPDATE course_publish SET price = ? WHERE course_id = ?').run(2n ** 60n, spring.courseId)
  foreign.close()
  const { find } = store.learningStore.catalogue
  const [sound, spoilt] = await Promise.allSettled([find(java.courseId), find(spring.courseId)])
  expect(sound).toEqual({ status: 'fulfilled', value: java })
  expect(spoilt).toMatchObject({ status: 'rejected', reason: { code: 'store_unavailable' } })
  await store.close()
})

it('a catalogue of 10,000 courses is published', async () => {
  const store = await sqlStore({ url: `sqlite:${temporaryDatabaseFile()}` }).open()
  const many = Array.from({ length: 10_000 }, (_, count) =>
    sampleCourse({ courseId: courseId(`course-${10_000 + count}`) }),
  )
  await store.publishCourses(many)
  expect(await store.learningStore.catalogue.list()).toEqual(many)
  await store.close()
})

it('a store on a host’s knex uses the same file', async () => {
  const file = temporaryDatabaseFile()
  const host = knex({ client: 'better-sqlite3', connection: { filename: file }, useNullAsDefault: true })
  const store = await sqlStore({ knex: host, tablePrefix: 'pay_' }).open()
  await store.orderStore.orders.commit(sampleCommit(null, sampleOrder()))
  expect(await host('pay_xc_orders').count({ total: '*' })).toEqual([{ total: 1 }])
  await store.close()
  await host.destroy()
})

it('an open store deletes what is older than its days, and keeps the rest', async () => {
  const clock = settableClock()
  const scheduler = manualScheduler(clock)
  const url = `sqlite:${temporaryDatabaseFile()}`
  const store = await sqlStore({ url, clock, scheduler, retentionDays: { evidence: 1 } }).open()
  const { journal } = store.orderStore
  const entries = [1, 2].map((days) =>
    sampleJournalEntry(days, { receivedAt: clock.now() - days * 86_400_000 + 120_000 }),
  )
  for (const entry of entries) await journal.append(entry)
  await scheduler.advance(60_000)
  const left = async () => (await journal.listOf(String(entries[0]?.outTradeNo))).map(({ id }) => id)
  await expect.poll(left).toEqual([entries[0]?.id])
  await store.close()
  expect(scheduler.pending()).toBe(0)
})

it('a commit inside a host’s transaction is stored with it, or not at all', async () => {
  const file = temporaryDatabaseFile()
  const host = knex({ client: 'better-sqlite3', connection: { filename: file }, useNullAsDefault: true })
  const store = await sqlStore({ knex: host }).open()
  const commitIn = (transaction: unknown, count: number) =>
    store.joinTransaction(transaction).orderStore.orders.commit(sampleCommit(null, sampleOrder(count)))
  await host.transaction(async (transaction) => expect(await commitIn(transaction, 1)).toBe('committed'))
  const rolledBack = host.transaction(async (transaction) => {
    await commitIn(transaction, 2)
    throw new Error('The host rolls back.')
  })
  await expect(rolledBack).rejects.toThrow('rolls back')
  expect(await store.orderStore.orders.find({ id: sampleOrder(1).id })).toEqual(sampleOrder(1))
  expect(await store.orderStore.orders.find({ id: sampleOrder(2).id })).toBe(null)
  await store.close()
  await host.destroy()
})

it('a host’s knex or pool of MySQL names the same database, with its password and its TLS', async () => {
  const connection = {
    host: '10.0.0.7',
    port: 3307,
    user: 'shop',
    password: 'p@:/#',
    database: 'shop',
    ssl: { ca: 'ours' },
  }
  const { ssl, ...options } = { ...connection, options: expect.objectContaining({ tls: 'on' }) }
  const pool = createPool(connection)
  const host = knex({ client: 'mysql2', connection })
  for (const source of [{ pool }, { pool: pool.pool }, { knex: host }]) {
    expect(addressOf(source)).toEqual({ kind: 'mysql', address: { ...options, ca: ssl.ca }, warning: null })
  }
  await Promise.all([pool.end(), host.destroy()])
})

it('a connection in clear to another machine is warned of', async () => {
  const url = 'mysql://shop:secret@10.0.0.7/shop'
  const warningOf = (address: string) => {
    const found = addressOf({ url: address })
    return found.kind === 'mysql' ? found.warning : null
  }
  expect(warningOf(url)).toBe(null)
  expect(warningOf(`${url}?tls=off`)).toMatch(/10\.0\.0\.7 is not encrypted/)
  expect(warningOf('mysql://root@127.0.0.1/shop')).toBe(null)
  const warnings: string[] = []
  const onWarning = (sentence: string) => void warnings.push(sentence)
  const opening = sqlStore({ url: 'mysql://root@127.0.0.2.example/shop?tls=off&connectTimeoutMs=50', onWarning }).open()
  await expect(opening).rejects.toMatchObject({ code: 'store_unavailable' })
  expect(warnings).toHaveLength(1)
})
