import { courses, createCheckout } from '@coursepay/core'
import { systemClock, systemScheduler } from '@coursepay/core/assembly'
import { sampleCourse } from '@coursepay/core/contracts'
import { inMemoryBroker, inMemoryPaymentGateway } from '@coursepay/core/fakes'
import SqliteDriver from 'better-sqlite3'
import knex, { type Knex } from 'knex'
import mysql from 'mysql2'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { sqlStore } from '../src/sql-store.js'
import { createOrderRepository } from '../src/stores/order-repository.js'
import { orderMapping } from '../src/writer/order-mapping.js'
import { describeOnMysql, mysqlTestDatabase } from './support/mysql-server.js'
import { temporaryDatabaseFile } from './support/temporary-folder.js'
import {
  commitOf,
  newEntry,
  newOrder,
  newPayment,
  type OpenedOrders,
  ordersOnMysql,
  ordersOnSqlite,
  raise,
} from './support/writer-harness.js'

/** A host with a table of its own, and a transaction on it. */
interface Host {
  /** What the store is given. */
  readonly transaction: unknown
  run(sql: string): Promise<unknown>
  commit(): Promise<unknown>
  rollBack(): Promise<unknown>
}

interface Candidate {
  readonly opened: OpenedOrders
  begin(): Promise<Host>
  /** What the host has noted. */
  notes(): Promise<number>
}

const within = ({ engine }: OpenedOrders, { transaction }: Host) => {
  const { session, committer } = engine.within(transaction)
  return createOrderRepository(session, committer(orderMapping))
}

function describeHost(open: () => Promise<Candidate>): void {
  it('stores an order with the rows of its host', async () => {
    const { opened, begin, notes } = await open()
    const host = await begin()
    const order = newOrder()
    await host.run("INSERT INTO host_note VALUES ('note')")
    expect(await within(opened, host).commit(commitOf(null, order, { journal: [newEntry()] }))).toBe('committed')
    expect(await within(opened, host).find({ id: order.id })).toEqual(order)
    await host.commit()
    expect(await opened.orders.find({ id: order.id })).toEqual(order)
    expect(await notes()).toBe(1)
  })

  it('stores nothing when the host rolls back', async () => {
    const { opened, begin, notes } = await open()
    const host = await begin()
    const order = newOrder()
    await host.run("INSERT INTO host_note VALUES ('note')")
    await within(opened, host).commit(commitOf(null, order))
    await host.rollBack()
    expect(await opened.orders.find({ id: order.id })).toBeNull()
    expect(await notes()).toBe(0)
  })

  it('answers conflict to an old version and to a key that is taken, and leaves the rows of the host as they are', async () => {
    const { opened, begin, notes } = await open()
    const order = newOrder()
    await opened.orders.commit(commitOf(null, order))
    const next = raise(order)
    await opened.orders.commit(commitOf(order, next))
    const host = await begin()
    await host.run("INSERT INTO host_note VALUES ('note')")
    const orders = within(opened, host)
    expect(await orders.commit(commitOf(order, raise(order)))).toBe('conflict')
    const token = order.payments[0]?.token
    const clash = raise(next, {
      status: '600003',
      payments: [...next.payments, newPayment(next, { token: token as never })],
    })
    expect(await orders.commit(commitOf(next, clash))).toBe('conflict')
    expect(await orders.find({ id: order.id })).toEqual(next)
    await host.commit()
    expect(await opened.orders.find({ id: order.id })).toEqual(next)
    expect(await notes()).toBe(1)
  })

  it('refuses a handle that is no transaction', async () => {
    const { opened } = await open()
    await expect(within(opened, { transaction: {} } as Host).find({ id: newOrder().id })).rejects.toMatchObject({
      code: 'invalid_request',
    })
  })
}

const CREATE = 'CREATE TABLE host_note (note VARCHAR(20))'

describe('SQLite in a transaction of its host', () => {
  const openFile = async () => {
    const file = temporaryDatabaseFile()
    const opened = await ordersOnSqlite(file)
    onTestFinished(() => opened.engine.close())
    await opened.engine.migrate(() => {})
    const handle = new SqliteDriver(file)
    onTestFinished(() => void handle.close())
    handle.exec(CREATE)
    const notes = async () => Number(handle.prepare('SELECT COUNT(*) FROM host_note').pluck().get())
    return { file, opened, handle, notes }
  }

  describe('of better-sqlite3', () => {
    describeHost(async () => {
      const { opened, handle, notes } = await openFile()
      const exec = async (sql: string) => handle.exec(sql)
      const begin = async () => {
        handle.exec('BEGIN IMMEDIATE')
        return { transaction: handle, run: exec, commit: () => exec('COMMIT'), rollBack: () => exec('ROLLBACK') }
      }
      return { opened, begin, notes }
    })
  })

  it('sells inside it: choice and order are there when the host commits, and not when it rolls back', async () => {
    const { file, handle, notes } = await openFile()
    const begin = async () => {
      handle.exec('BEGIN IMMEDIATE')
      const exec = async (sql: string) => handle.exec(sql)
      return { transaction: handle, run: exec, commit: () => exec('COMMIT'), rollBack: () => exec('ROLLBACK') }
    }
    await sellInside({ url: `sqlite:${file}`, begin, notes })
  })

  describe('of knex', () => {
    describeHost(async () => {
      const { file, opened, notes } = await openFile()
      const database = knex({ client: 'better-sqlite3', connection: { filename: file }, useNullAsDefault: true })
      return { opened, notes, begin: () => beginOnKnex(database) }
    })
  })
})

/** Sells a course in a transaction of the host twice: the host takes back the first. */
async function sellInside({ url, begin, notes }: Pick<Candidate, 'begin' | 'notes'> & { readonly url: string }) {
  const { gateway, notifyReader } = inMemoryPaymentGateway({ clock: systemClock })
  const { publisher, subscriber } = inMemoryBroker(systemScheduler)
  const resource = { ping: async () => {}, close: async () => {} }
  const checkout = await createCheckout({
    store: sqlStore({ url }),
    payments: { gateway, notifyReader },
    messages: { open: async () => ({ publisher, subscriber, ...resource }) },
    publicUrl: 'https://shop.example/pay',
    products: { course: courses([sampleCourse()]) },
  })
  onTestFinished(() => checkout.stop())
  for (const end of ['rollBack', 'commit'] as const) {
    const host = await begin()
    await host.run("INSERT INTO host_note VALUES ('note')")
    const item = { product: 'course', id: sampleCourse().courseId }
    const { payment, choice } = await checkout.buy('zhang', item, { transaction: host.transaction })
    await host[end]()
    const { orders } = checkout.store.orderStore
    const order = payment && (await orders.find({ payNo: payment.payNo }))
    const found = choice && (await checkout.store.learningStore.entitlements.find({ id: choice.id }))
    const isThere = end === 'commit'
    expect([order !== null, found !== null, await notes()]).toEqual([isThere, isThere, isThere ? 1 : 0])
  }
}

async function beginOnKnex(database: Knex): Promise<Host> {
  onTestFinished(() => database.destroy())
  const transaction = await database.transaction()
  return {
    transaction,
    run: (sql) => transaction.raw(sql),
    commit: () => transaction.commit(),
    rollBack: () => transaction.rollback(),
  }
}

describeOnMysql('MySQL in a transaction of its host', () => {
  const test = mysqlTestDatabase()
  const openAll = async () => {
    const opened = ordersOnMysql(test.url())
    onTestFinished(() => opened.engine.close())
    await test.rows('DELETE FROM host_note')
    const notes = async () => Number((await test.rows('SELECT COUNT(*) AS notes FROM host_note'))[0]?.notes)
    return { opened, notes }
  }
  const connect = () => {
    const connection = mysql.createConnection(test.url())
    onTestFinished(() => connection.destroy())
    return connection
  }

  beforeAll(async () => {
    const { engine } = ordersOnMysql(test.url())
    await engine.migrate(() => {})
    await engine.close()
    await test.rows(CREATE)
  })

  for (const kind of ['promises', 'callbacks'] as const) {
    describe(`of mysql2 with ${kind}`, () => {
      describeHost(async () => {
        const begin = async () => {
          const connection = connect()
          const run = (sql: string) => connection.promise().query(sql)
          await run("SET sql_mode = 'NO_BACKSLASH_ESCAPES'")
          await run('START TRANSACTION')
          const transaction = kind === 'promises' ? connection.promise() : connection
          return { transaction, run, commit: () => run('COMMIT'), rollBack: () => run('ROLLBACK') }
        }
        return { ...(await openAll()), begin }
      })
    })
  }

  describe('of knex', () => {
    describeHost(async () => {
      const database = knex({ client: 'mysql2', connection: test.url() })
      return { ...(await openAll()), begin: () => beginOnKnex(database) }
    })
  })

  it('sells inside it: choice and order are there when the host commits, and not when it rolls back', async () => {
    const { notes } = await openAll()
    const database = knex({ client: 'mysql2', connection: test.url() })
    await sellInside({ url: test.url(), notes, begin: () => beginOnKnex(database) })
  })

  it('refuses a pool, and a connection on which no transaction was begun', async () => {
    const { opened } = await openAll()
    const pool = mysql.createPool(test.url())
    onTestFinished(() => pool.promise().end())
    for (const transaction of [pool, pool.promise(), connect()]) {
      const order = newOrder()
      const committed = within(opened, { transaction } as Host).commit(commitOf(null, order))
      await expect(committed).rejects.toMatchObject({ code: 'invalid_request' })
      expect(await opened.orders.find({ id: order.id })).toBeNull()
    }
  })

  it('takes a connection that commits nothing automatically for a transaction', async () => {
    const { opened } = await openAll()
    const connection = connect().promise()
    await connection.query('SET autocommit = 0')
    const order = newOrder()
    const host = { transaction: connection } as Host
    expect(await within(opened, host).commit(commitOf(null, order))).toBe('committed')
    await connection.rollback()
    expect(await opened.orders.find({ id: order.id })).toBeNull()
  })

  it('reads the newest version of an order under REPEATABLE READ, and keeps others from changing it', async () => {
    const { opened } = await openAll()
    const order = newOrder()
    await opened.orders.commit(commitOf(null, order))
    const connection = connect().promise()
    await connection.query('START TRANSACTION')
    await connection.query('SELECT COUNT(*) FROM xc_orders')
    const next = raise(order)
    await opened.orders.commit(commitOf(order, next))
    const { session, committer } = opened.engine.within(connection)
    const orders = createOrderRepository(session, committer(orderMapping))
    expect((await orders.find({ id: order.id }))?.version).toBe(2)
    expect(await orders.commit(commitOf(next, raise(next)))).toBe('committed')
    await connection.query('COMMIT')
    expect((await opened.orders.find({ id: order.id }))?.version).toBe(3)
  })

  it('finds an order that is younger than the snapshot of its host', async () => {
    const { opened } = await openAll()
    const connection = connect().promise()
    await connection.query('START TRANSACTION WITH CONSISTENT SNAPSHOT')
    const order = newOrder()
    await opened.orders.commit(commitOf(null, order))
    const orders = within(opened, { transaction: connection } as Host)
    const { id, outBusinessId, orderType } = order
    for (const key of [{ id }, { outBusinessId, orderType }]) expect(await orders.find(key)).toEqual(order)
  })

  it('tells the host to run its transaction again when a row is locked for too long', async () => {
    const { opened } = await openAll()
    const order = newOrder()
    await opened.orders.commit(commitOf(null, order))
    const [holder, connection] = [connect().promise(), connect().promise()]
    await holder.query('START TRANSACTION')
    await holder.query(`SELECT id FROM xc_orders WHERE id = ${order.id} FOR UPDATE`)
    await connection.query('SET innodb_lock_wait_timeout = 1')
    await connection.query('START TRANSACTION')
    const { session, committer } = opened.engine.within(connection)
    const orders = createOrderRepository(session, committer(orderMapping))
    await expect(orders.find({ id: order.id })).rejects.toMatchObject({ code: 'state_conflict' })
  })
})
