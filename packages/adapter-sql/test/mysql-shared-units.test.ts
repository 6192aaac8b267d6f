import diagnostics from 'node:diagnostics_channel'
import { OrderStatus, type OutBusinessId } from '@coursepay/core'
import { SAMPLE_TEXT, sampleEvidence, sampleMessage, sampleOrder } from '@coursepay/core/contracts'
import { beforeAll, expect, it, onTestFinished } from 'vitest'
import type { Database } from '../src/database.js'
import { mysqlDatabases } from './support/mysql-databases.js'
import { describeOnMysql, mysqlTestDatabase } from './support/mysql-server.js'
import { tcpProxy } from './support/tcp-proxy.js'

const test = mysqlTestDatabase()
const open = mysqlDatabases(test)
const { unpaid, paid } = OrderStatus
const CHANGES_LAST = { changesLast: true }

let numbers = 0
const nextNumber = () => {
  numbers += 1
  return numbers
}

async function newOrders(database: Database, count: number) {
  const orders = Array.from({ length: count }, () => sampleOrder(nextNumber()))
  for (const order of orders) await database.orderStores.orders.insertOrRead(order)
  return orders
}
type Order = Awaited<ReturnType<typeof newOrders>>[number]

/** Reads, and asks for both changes in one turn. */
const pay = (database: Database, { id }: Order) =>
  database.orderUnitOfWork.run(async ({ orders, outbox }) => {
    const order = await orders.find(id)
    const [won] = await Promise.all([
      orders.change(id, { from: order?.status ?? unpaid, to: paid }),
      outbox.append(sampleMessage(1, { id: id as never })),
    ])
    if (!won) throw new RangeError('lost')
  }, CHANGES_LAST)

/** How often the driver is told this, until the test ends. */
function count(pattern: RegExp): () => number {
  let times = 0
  const note = (event: unknown) => {
    if (pattern.test((event as { query: string }).query)) times += 1
  }
  for (const channel of ['tracing:mysql2:query:start', 'tracing:mysql2:execute:start']) {
    diagnostics.subscribe(channel, note)
    onTestFinished(() => void diagnostics.unsubscribe(channel, note))
  }
  return () => times
}

const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve))

const statusOf = async (database: Database, { id }: Order) => (await database.orderStores.orders.find(id))?.status

describeOnMysql('units on MySQL that change last', () => {
  beforeAll(async () => {
    await (await open()).migrate()
  })

  it('given 32 at once, then a few transactions commit them all', async () => {
    const database = await open()
    const orders = await newOrders(database, 32)
    const commits = count(/^COMMIT$/)
    await Promise.all(orders.map((order) => pay(database, order)))
    expect(commits()).toBeLessThan(8)
    for (const order of orders) expect(await statusOf(database, order)).toBe(paid)
  })

  it('given one whose row somebody has locked, then it holds up nobody who comes later', async () => {
    const database = await open({ busyTimeoutMs: 10_000 })
    const [locked, ...others] = await newOrders(database, 9)
    const holder = await test.connect()
    await holder.query('BEGIN')
    await holder.query('SELECT 1 FROM xc_orders WHERE id = ? FOR UPDATE', [locked?.id])
    const sent = count(/^START TRANSACTION;/)
    const waiting = locked === undefined ? null : pay(database, locked)
    await expect.poll(sent).toBe(1)
    await Promise.all(others.map((order) => pay(database, order)))
    await holder.query('COMMIT')
    await waiting
    expect(await Promise.all([locked, ...others].map((order) => order && statusOf(database, order)))).toEqual(
      Array(9).fill(paid),
    )
  })

  it('given one whose message is in the outbox already, then those beside it keep theirs', async () => {
    const database = await open()
    const orders = await newOrders(database, 4)
    const messages = orders.map(({ id }) => sampleMessage(1, { id: id as never }))
    await database.orderStores.outbox.append(messages[2] ?? sampleMessage())
    const statements = count(/insert into `mq_message`/)
    await Promise.all(orders.map((order) => pay(database, order)))
    expect(statements()).toBeGreaterThan(0)
    expect(await Promise.all(orders.map((order) => statusOf(database, order)))).toEqual(Array(4).fill(paid))
    const claimed = await database.orderStores.outbox.claim(100, 60_000)
    const ours = claimed.map(({ message }) => message.id).filter((id) => messages.some((message) => message.id === id))
    expect(ours.toSorted()).toEqual(messages.map(({ id }) => id).toSorted())
  })

  it('given a value that the server refuses in one, then the others beside it are committed', async () => {
    const database = await open()
    const orders = await newOrders(database, 4)
    const tooLong = { ...sampleOrder(nextNumber()), outBusinessId: 'x'.repeat(65) as OutBusinessId }
    const refused = database.orderUnitOfWork.run((stores) => stores.orders.insertOrRead(tooLong), CHANGES_LAST)
    const outcomes = await Promise.allSettled([...orders.map((order) => pay(database, order)), refused])
    expect(outcomes.map(({ status }) => status)).toEqual([...Array(4).fill('fulfilled'), 'rejected'])
    for (const order of orders) expect(await statusOf(database, order)).toBe(paid)
  })

  it('given text and bytes that look like SQL, then they are stored as they are', async () => {
    const database = await open()
    const text = `'; DROP TABLE xc_orders; -- \\' " \\\\ \0 \n ? ${SAMPLE_TEXT}`
    const order = sampleOrder(nextNumber(), { orderName: text, orderDescrip: '\\', orderDetail: '?;?' })
    const evidence = sampleEvidence(numbers, { body: Uint8Array.from({ length: 256 }, (_, byte) => byte) })
    await database.orderUnitOfWork.run(
      ({ orders, journal }) => Promise.all([orders.insertOrRead(order), journal.record(evidence)]),
      CHANGES_LAST,
    )
    expect(await database.orderStores.orders.find(order.id)).toEqual(order)
    expect(await database.orderStores.journal.listOf(evidence.outTradeNo ?? '')).toContainEqual(evidence)
  })

  it('given a read and a change that were not waited for, then both are in the transaction before its end', async () => {
    const database = await open()
    const [order] = await newOrders(database, 1)
    if (order === undefined) return
    for (const shape of [undefined, CHANGES_LAST]) {
      const to = shape === undefined ? paid : unpaid
      await database.orderUnitOfWork.run(async ({ orders }) => {
        void orders.change(order.id, { from: shape === undefined ? unpaid : paid, to }).catch(() => {})
      }, shape)
      expect(await statusOf(database, order)).toBe(to)
    }
  })

  it('given look-ups at once, then a few packets hold them all, and each finds its own', async () => {
    const database = await open()
    const { orders: repository } = database.orderStores
    const orders = await newOrders(database, 32)
    const packets = count(/^select /)
    const nobodys = { outBusinessId: 'of-no-order' as OutBusinessId }
    const [byId, byBusinessId, none] = await Promise.all([
      Promise.all(orders.map(({ id }) => repository.find(id))),
      Promise.all(orders.map(({ outBusinessId }) => repository.findBy({ outBusinessId }))),
      repository.findBy(nobodys),
    ])
    expect([byId, byBusinessId, none]).toEqual([orders, orders, null])
    expect(packets()).toBeGreaterThan(0)
    expect(packets()).toBeLessThan(5)
  })

  it('given work that overlooks a change which waited for a lock too long, then it is run again, and nothing is lost', async () => {
    const database = await open({ busyTimeoutMs: 3_000 })
    const [locked] = await newOrders(database, 1)
    if (locked === undefined) return
    const holder = await test.connect()
    await holder.query('BEGIN')
    await holder.query('SELECT 1 FROM xc_orders WHERE id = ? FOR UPDATE', [locked.id])
    const sent = count(/^START TRANSACTION;/)
    const message = sampleMessage(1, { id: locked.id as never })
    const careless = database.orderUnitOfWork.run(async ({ orders, outbox }) => {
      await Promise.allSettled([orders.change(locked.id, { from: unpaid, to: paid }), outbox.append(message)])
    }, CHANGES_LAST)
    await expect.poll(sent, { timeout: 5_000 }).toBe(2)
    await holder.query('COMMIT')
    await careless
    expect(await statusOf(database, locked)).toBe(paid)
    expect(await test.rows('SELECT id FROM mq_message WHERE id = ?', [locked.id])).toHaveLength(1)
  })

  it('given a COMMIT that the server answers with another failure than a conflict, then nothing is run again', async () => {
    const proxy = await tcpProxy(test.host, test.port)
    onTestFinished(() => proxy.close())
    const database = await open({ port: proxy.port })
    const [order] = await newOrders(database, 1)
    if (order === undefined) return
    proxy.interruptNextCommit()
    let runs = 0
    const unit = database.orderUnitOfWork.run(async ({ orders }) => {
      runs += 1
      return orders.change(order.id, { from: unpaid, to: paid })
    }, CHANGES_LAST)
    await expect(unit).rejects.toMatchObject({ code: 'store_unavailable' })
    expect(runs).toBe(1)
    expect(await statusOf(database, order)).toBe(paid)
  })

  it('given a COMMIT that meets a conflict, then the unit is run again, and the conflict is counted', async () => {
    const proxy = await tcpProxy(test.host, test.port)
    onTestFinished(() => proxy.close())
    const database = await open({ port: proxy.port })
    const [order] = await newOrders(database, 1)
    if (order === undefined) return
    proxy.failNextCommit()
    await pay(database, order)
    expect(await statusOf(database, order)).toBe(paid)
    expect(database.conflictRetries()).toBe(1)
  })

  it('given work that asks anew after a mistake in its first change, then it is not left waiting', async () => {
    const database = await open()
    const [order] = await newOrders(database, 1)
    if (order === undefined) return
    await database.orderUnitOfWork.run(async ({ orders }) => {
      await orders.change(order.id, { from: undefined as never, to: paid }).catch(() => {})
      await nextTurn()
      await orders.change(order.id, { from: unpaid, to: paid })
    }, CHANGES_LAST)
    expect(await statusOf(database, order)).toBe(paid)
  })

  it('given a unit that was begun inside another one and not waited for, then it comes after the COMMIT of that', async () => {
    const database = await open()
    const [order] = await newOrders(database, 1)
    if (order === undefined) return
    const inner: Promise<unknown>[] = []
    await database.orderUnitOfWork.run(async ({ orders }) => {
      inner.push(database.orderStores.orders.change(order.id, { from: paid, to: unpaid }))
      void orders.change(order.id, { from: unpaid, to: paid }).catch(() => {})
    }, CHANGES_LAST)
    expect(await Promise.all(inner)).toEqual([true])
  })

  it('given a unit that waits for another one inside itself, then it is told, and nothing of it stands', async () => {
    const database = await open({ query: 'pool=1' })
    const [order] = await newOrders(database, 1)
    if (order === undefined) return
    const nested = database.orderUnitOfWork.run(async ({ orders }) => {
      const changed = orders.change(order.id, { from: unpaid, to: paid }).catch(() => {})
      await database.orderUnitOfWork.run((inner) => inner.orders.find(order.id), CHANGES_LAST)
      await changed
    }, CHANGES_LAST)
    await expect(nested).rejects.toThrow(/inside itself/)
    expect(await statusOf(database, order)).toBe(unpaid)
  })

  it('given look-ups and units that were asked for before the end, then they are done before it', async () => {
    const database = await open()
    const [order] = await newOrders(database, 1)
    if (order === undefined) return
    const asked = [pay(database, order), database.orderStores.orders.find(order.id)]
    await database.close()
    expect(await Promise.allSettled(asked)).toMatchObject(asked.map(() => ({ status: 'fulfilled' })))
  })

  it('given a connection whose characters somebody else has set, then text cannot end its own quotes', async () => {
    const proxy = await tcpProxy(test.host, test.port)
    onTestFinished(() => proxy.close())
    proxy.askForGbk()
    const database = await open({ port: proxy.port })
    // In GBK the last byte of the first letter and the backslash behind it are one letter, and the quote is bare.
    const order = sampleOrder(nextNumber(), { orderName: `\u7e17', 1, 'x'; -- ${SAMPLE_TEXT}` })
    await database.orderUnitOfWork.run(({ orders }) => orders.insertOrRead(order), CHANGES_LAST)
    expect(await database.orderStores.orders.find(order.id)).toEqual(order)
  })
})
