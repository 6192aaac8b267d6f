import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { courseId, orderId, payNo } from '@coursepay/core'
import { sampleChoice, sampleCourse, sampleOrder, samplePayRecord } from '@coursepay/core/contracts'
import { expect, it, onTestFinished, vi } from 'vitest'
import { openDatabase } from '../src/open-database.js'
import { temporaryDatabaseFile } from './support/temporary-folder.js'

it('makes the folder of the file', async () => {
  const file = join(dirname(temporaryDatabaseFile()), 'not', 'there', 'yet.db')
  const database = await openDatabase({ url: `sqlite:${file}` })
  await database.close()
  expect(existsSync(file)).toBe(true)
})

it('keeps a temporary database for as long as it is open, and leaves nothing behind', async () => {
  const folder = dirname(temporaryDatabaseFile())
  vi.stubEnv('TMPDIR', folder)
  onTestFinished(() => void vi.unstubAllEnvs())
  const database = await openDatabase({ url: 'sqlite::memory:' })
  await database.migrate()
  await database.orderStores.orders.insertOrRead(sampleOrder())
  expect(await database.orderStores.orders.find(sampleOrder().id)).toEqual(sampleOrder())
  expect(readdirSync(folder)).toHaveLength(1)
  await database.close()
  expect(readdirSync(folder)).toHaveLength(0)
})

it('refuses an address that it does not know with invalid_request', async () => {
  await expect(openDatabase({ url: 'oracle://host/db' })).rejects.toMatchObject({ code: 'invalid_request' })
})

it('fails with store_unavailable when the file cannot be opened', async () => {
  const file = temporaryDatabaseFile()
  mkdirSync(file)
  await expect(openDatabase({ url: `sqlite:${file}` })).rejects.toMatchObject({ code: 'store_unavailable' })
  await expect(openDatabase({ url: `sqlite:${file}/\0` })).rejects.toMatchObject({ code: 'store_unavailable' })
})

it('fails every call with store_unavailable once it is closed, and may be closed again', async () => {
  const database = await openDatabase({ url: `sqlite:${temporaryDatabaseFile()}` })
  await database.migrate()
  await database.ping()
  await Promise.all([database.close(), database.close()])
  await database.close()
  const calls = [
    database.ping(),
    database.orderStores.orders.find(sampleOrder().id),
    database.orderStores.orders.insertOrRead(sampleOrder()),
    database.learningUnitOfWork.run(({ choices }) => choices.insertOrRead(sampleChoice())),
  ]
  for (const call of await Promise.allSettled(calls)) {
    expect(call).toMatchObject({ status: 'rejected', reason: { code: 'store_unavailable' } })
  }
})

it('publishes exactly the courses it was given last', async () => {
  const database = await openDatabase({ url: `sqlite:${temporaryDatabaseFile()}` })
  await database.migrate()
  const [java, spring] = [sampleCourse(), sampleCourse({ courseName: 'Spring', courseId: courseId('2') })]
  await database.publishCourses([java])
  await database.publishCourses([spring])
  expect(await database.catalogue.list()).toEqual([spring])
  await database.close()
})

it('keeps the largest 63-bit id to its last digit', async () => {
  const database = await openDatabase({ url: `sqlite:${temporaryDatabaseFile()}` })
  await database.migrate()
  const order = sampleOrder(1, { id: orderId('9223372036854775807') })
  const payRecord = samplePayRecord(order, 1, { payNo: payNo('9007199254740993') })
  await database.orderStores.orders.insertOrRead(order)
  await database.orderStores.payRecords.insert(payRecord)
  expect(await database.orderStores.orders.find(order.id)).toEqual(order)
  expect(await database.orderStores.payRecords.listOf(order.id)).toEqual([payRecord])
  await database.close()
})
