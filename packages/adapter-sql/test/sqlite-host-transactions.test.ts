import SqliteDriver from 'better-sqlite3'
import { expect, it, onTestFinished } from 'vitest'
import { createOrderRepository } from '../src/stores/order-repository.js'
import { orderMapping } from '../src/writer/order-mapping.js'
import { temporaryDatabaseFile } from './support/temporary-folder.js'
import { commitOf, newOrder, ordersOnSqlite } from './support/writer-harness.js'

/** A host's transaction that has begun, and the stores inside it. */
async function openHost() {
  const file = temporaryDatabaseFile()
  const { engine, orders } = await ordersOnSqlite(file)
  onTestFinished(() => engine.close())
  await engine.migrate(() => {})
  const handle = new SqliteDriver(file)
  onTestFinished(() => void handle.close())
  handle.exec('BEGIN')
  const { session, committer } = engine.within(handle)
  return { handle, orders, inside: createOrderRepository(session, committer(orderMapping)) }
}

it('a host whose reads are older than a write of somebody else is told to run its transaction again', async () => {
  const { handle, orders, inside } = await openHost()
  const order = newOrder()
  expect(await inside.find({ id: order.id })).toBeNull()
  await orders.commit(commitOf(null, newOrder()))
  await expect(inside.commit(commitOf(null, order))).rejects.toMatchObject({ code: 'state_conflict' })
  handle.exec('ROLLBACK; BEGIN')
  expect(await inside.commit(commitOf(null, order))).toBe('committed')
  handle.exec('COMMIT')
  expect(await orders.find({ id: order.id })).toEqual(order)
})

it('nothing is stored by a transaction of a host that has ended', async () => {
  const { handle, orders, inside } = await openHost()
  const order = newOrder()
  expect(await inside.find({ id: order.id })).toBeNull()
  handle.exec('ROLLBACK')
  await expect(inside.commit(commitOf(null, order))).rejects.toMatchObject({ code: 'invalid_request' })
  expect(await orders.find({ id: order.id })).toBeNull()
})
