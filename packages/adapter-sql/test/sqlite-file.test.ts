import { copyFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { systemClock, systemScheduler } from '@coursepay/core/assembly'
import { sampleCommit, sampleOrder } from '@coursepay/core/contracts'
import { expect, it, vi } from 'vitest'
import type { OpenedSqlStore } from '../src/sql-store.js'
import { sqlStore, storeOn } from '../src/sql-store.js'
import { openDatabaseFile } from '../src/sqlite/database-file.js'
import { createEngineOnOpenFile } from '../src/sqlite/sqlite-engine.js'
import { temporaryDatabaseFile } from './support/temporary-folder.js'

const create = ({ orderStore }: OpenedSqlStore, count: number) =>
  orderStore.orders.commit(sampleCommit(null, sampleOrder(count)))

const read = ({ orderStore }: OpenedSqlStore) => orderStore.orders.find({ id: sampleOrder(1).id })

async function openFile(file = temporaryDatabaseFile()) {
  const store = await sqlStore({ url: `sqlite:${file}` }).open()
  expect(await create(store, 1)).toBe('committed')
  return { file, store }
}

const says = (what: string) => ({ code: 'store_unavailable', message: expect.stringContaining(what) })

it('a commit is refused once the database file is deleted', async () => {
  const { file, store } = await openFile()
  rmSync(file)
  await expect(create(store, 2)).rejects.toMatchObject(says('deleted while it was open'))
  await expect(store.ping()).rejects.toMatchObject(says('deleted'))
  await store.close()
})

it('a commit is refused once another file has the place of the database file', async () => {
  const { file, store } = await openFile()
  const copy = `${file}.copy`
  copyFileSync(file, copy)
  renameSync(copy, file)
  await expect(create(store, 2)).rejects.toMatchObject(says('replaced while it was open'))
  await store.close()
})

it('nothing is read while a transaction could not be rolled back', async () => {
  const { file, store } = await openFile()
  const policy = { clock: systemClock, scheduler: systemScheduler, busyTimeoutMs: 1_000 }
  const database = await openDatabaseFile(file, policy)
  const open = storeOn(createEngineOnOpenFile(database, { ...policy, file, temporary: false, tablePrefix: '' }))
  database.connection.exec('BEGIN; DELETE FROM refund')
  await expect(read(open)).rejects.toMatchObject(says('could not be rolled back'))
  database.connection.exec('ROLLBACK')
  expect(await read(open)).not.toBeNull()
  await Promise.all([open.close(), store.close()])
})

it('a commit is taken again once the file is back in its place', async () => {
  const { file, store } = await openFile()
  renameSync(file, `${file}.away`)
  await expect(create(store, 2)).rejects.toMatchObject(says('deleted'))
  renameSync(`${file}.away`, file)
  expect(await create(store, 2)).toBe('committed')
  await store.close()
})

it('a read is refused within a second after the file is deleted', async () => {
  const { file, store } = await openFile()
  rmSync(file)
  vi.spyOn(performance, 'now').mockReturnValue(performance.now() + 1_000)
  await expect(read(store)).rejects.toMatchObject(says('deleted'))
  vi.restoreAllMocks()
  await store.close()
})

it('only the owner of a new database may read its files', async () => {
  const folder = join(dirname(temporaryDatabaseFile()), 'new')
  const { file, store } = await openFile(join(folder, 'shop.db'))
  expect(statSync(folder).mode & 0o777).toBe(0o700)
  for (const name of [file, `${file}-wal`, `${file}-shm`]) expect(statSync(name).mode & 0o777).toBe(0o600)
  await store.close()
})

it('the rights of a file that is there stay as they are', async () => {
  const file = temporaryDatabaseFile()
  writeFileSync(file, '', { mode: 0o640 })
  const { store } = await openFile(file)
  expect(statSync(file).mode & 0o777).toBe(0o640)
  await store.close()
})
