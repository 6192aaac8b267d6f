import { AsyncLocalStorage } from 'node:async_hooks'
import { CheckoutError, courseId, OrderStatus, type OutBusinessId, outBusinessId } from '@coursepay/core'
import { sampleCourse, sampleMessage, sampleOrder, samplePayRecord } from '@coursepay/core/contracts'
import { beforeAll, expect, it } from 'vitest'
import type { Database } from '../src/database.js'
import { mysqlDatabases } from './support/mysql-databases.js'
import { describeOnMysql, mysqlTestDatabase } from './support/mysql-server.js'

const { unpaid, paid } = OrderStatus
const test = mysqlTestDatabase()
const open = mysqlDatabases(test)

/** Orders of each test by themselves. */
let lastOrder = 0
const nextOrder = () => {
  lastOrder += 1
  return sampleOrder(lastOrder, { outBusinessId: outBusinessId(`business-${lastOrder}`) })
}

/** Resolves for all once so many have come; at once for those who come again. */
function meetingOf(count: number): () => Promise<void> {
  let come = 0
  let openUp = () => {}
  const all = new Promise<void>((resolve) => {
    openUp = resolve
  })
  return async () => {
    come += 1
    if (come === count) openUp()
    await all
  }
}

async function twoOrders(database: Database) {
  const [one, other] = [nextOrder(), nextOrder()]
  for (const order of [one, other]) await database.orderStores.orders.insertOrRead(order)
  return [one, other] as const
}

const touch = { from: unpaid, to: unpaid, expireDate: 1 }

describeOnMysql('units of work on MySQL', () => {
  beforeAll(async () => {
    await (await open()).migrate()
  })

  it('lets 100 callers in two processes create one order, and every one of them adds an attempt', async () => {
    const processes = [await open(), await open({ query: 'pool=4' })]
    const order = nextOrder()
    const create = (index: number) =>
      processes[index % 2]?.orderUnitOfWork.run(async ({ orders, payRecords }) => {
        const { order: stored, inserted } = await orders.insertOrRead({ ...order, id: nextOrderId[index] ?? order.id })
        await orders.change(stored.id, touch)
        await payRecords.insert(samplePayRecord(stored, index))
        return inserted
      })
    const nextOrderId = Array.from({ length: 100 }, () => nextOrder().id)
    const inserted = await Promise.all(nextOrderId.map((_, index) => create(index)))
    expect(inserted.filter((each) => each)).toHaveLength(1)
    const stored = await processes[0]?.orderStores.orders.findBy({ outBusinessId: order.outBusinessId })
    expect(nextOrderId).toContain(stored?.id)
    const rows = await test.rows('SELECT pay_no FROM xc_pay_record WHERE order_id = ?', [stored?.id])
    expect(rows).toHaveLength(100)
  })

  it('books a payment once when notify and queries tell of it at the same time', async () => {
    const processes = [await open(), await open()]
    const [first] = processes
    const order = nextOrder()
    const payRecord = samplePayRecord(order, 200)
    await first?.orderStores.orders.insertOrRead(order)
    await first?.orderStores.payRecords.insert(payRecord)
    const settle = (index: number) =>
      processes[index % 2]?.orderUnitOfWork.run(async ({ orders, payRecords, outbox }) => {
        if (!(await orders.change(order.id, { from: unpaid, to: paid }))) return false
        await payRecords.change(payRecord.payNo, { from: '601001', to: '601002' })
        await outbox.append(sampleMessage(lastOrder))
        return true
      })
    const booked = await Promise.all(Array.from({ length: 40 }, (_, index) => settle(index)))
    expect(booked.filter((each) => each)).toHaveLength(1)
    expect(await test.rows('SELECT id FROM mq_message WHERE id = ?', [sampleMessage(lastOrder).id])).toHaveLength(1)
  })

  it('counts a row that fits as changed, though its new values are the old ones', async () => {
    const { orderStores } = await open()
    const order = nextOrder()
    await orderStores.orders.insertOrRead(order)
    expect(await orderStores.orders.change(order.id, touch)).toBe(true)
    expect(await orderStores.orders.change(order.id, touch)).toBe(true)
    expect(await orderStores.orders.change(order.id, { from: paid, to: paid })).toBe(false)
  })

  it('runs a unit again that met a deadlock, and counts it', async () => {
    const database = await open()
    const [one, other] = await twoOrders(database)
    const bothHoldOne = meetingOf(2)
    const cross = (first: typeof one, second: typeof one) =>
      database.orderUnitOfWork.run(async ({ orders }) => {
        const changed = [await orders.change(first.id, touch)]
        await bothHoldOne()
        return [...changed, await orders.change(second.id, touch)]
      })
    expect(await Promise.all([cross(one, other), cross(other, one)])).toEqual([
      [true, true],
      [true, true],
    ])
    expect(database.conflictRetries()).toBe(1)
  })

  it('commits nothing of a unit that overlooks its deadlock', async () => {
    const database = await open()
    const [one, other] = await twoOrders(database)
    const bothHoldOne = meetingOf(2)
    const runs: unknown[] = []
    const cross = (first: typeof one, second: typeof one, message: number) =>
      database.orderUnitOfWork.run(async ({ orders, outbox }) => {
        await orders.change(first.id, touch)
        await bothHoldOne()
        const failure = await orders.change(second.id, touch).catch((error: unknown) => error)
        runs.push(failure)
        const number = failure === true ? message : message + 1
        await outbox.append(sampleMessage(number)).catch(() => null)
      })
    await Promise.all([cross(one, other, 1_001), cross(other, one, 1_003)])
    expect(runs).toHaveLength(3)
    const ids = [1_001, 1_002, 1_003, 1_004].map((number) => sampleMessage(number).id)
    const stored = await test.rows('SELECT id FROM mq_message WHERE id IN (?) ORDER BY id', [ids])
    expect(stored).toEqual([{ id: ids[0] }, { id: ids[2] }])
  })

  it('commits nothing that was asked for at once with the change that met a deadlock', async () => {
    const database = await open()
    const [one, other] = await twoOrders(database)
    const bothHoldOne = meetingOf(2)
    let runs = 0
    const cross = (first: typeof one, second: typeof one) =>
      database.orderUnitOfWork.run(async ({ orders, outbox }) => {
        runs += 1
        const message = sampleMessage(2_000 + runs)
        await orders.change(first.id, touch)
        await bothHoldOne()
        // The read between them sends the second change in a packet of its own.
        await Promise.all([orders.change(second.id, touch), orders.find(first.id), outbox.append(message)])
        return message.id
      })
    const answered = await Promise.all([cross(one, other), cross(other, one)])
    expect(runs).toBe(3)
    const ids = [2_001, 2_002, 2_003].map((number) => sampleMessage(number).id)
    const stored = await test.rows('SELECT id FROM mq_message WHERE id IN (?) ORDER BY id', [ids])
    expect(stored.map(({ id }) => id)).toEqual(answered.sort())
  })

  it('takes back a change that was on its way when the unit claimed', async () => {
    const database = await open()
    const error = new RangeError('thrown by the work')
    const failed = database.orderUnitOfWork.run(async ({ outbox }) => {
      const appended = outbox.append(sampleMessage(3_001))
      await new Promise<void>((resolve) => process.nextTick(resolve))
      await Promise.all([appended, outbox.claim(1, 1)])
      throw error
    })
    await expect(failed).rejects.toBe(error)
    expect(await test.rows('SELECT id FROM mq_message WHERE id = ?', [sampleMessage(3_001).id])).toEqual([])
  })

  it('leaves no transaction open behind a claim that was not waited for', async () => {
    const database = await open({ query: 'pool=1' })
    const [order] = await twoOrders(database)
    await database.orderUnitOfWork.run(async ({ outbox }) => {
      void outbox.claim(1, 1).catch(() => {})
    })
    await database.orderStores.orders.change(order.id, { from: unpaid, to: paid })
    expect(await test.rows('SELECT status FROM xc_orders WHERE id = ?', [order.id])).toEqual([{ status: paid }])
  })

  it('runs a unit again that waited for a lock too long, and goes on when the lock is free', async () => {
    const database = await open({ busyTimeoutMs: 3_000 })
    const [order] = await twoOrders(database)
    const holder = await test.connect()
    await holder.query('BEGIN')
    await holder.query('SELECT 1 FROM xc_orders WHERE id = ? FOR UPDATE', [order.id])
    const changed = database.orderStores.orders.change(order.id, touch)
    await expect.poll(() => database.conflictRetries(), { timeout: 5_000 }).toBe(1)
    await holder.query('COMMIT')
    expect(await changed).toBe(true)
  })

  it('gives up with store_unavailable when a lock is never free', async () => {
    const database = await open({ busyTimeoutMs: 1_000 })
    const [order] = await twoOrders(database)
    const holder = await test.connect()
    await holder.query('BEGIN')
    await holder.query('SELECT 1 FROM xc_orders WHERE id = ? FOR UPDATE', [order.id])
    await expect(database.orderStores.orders.change(order.id, touch)).rejects.toMatchObject({
      code: 'store_unavailable',
      message: expect.stringContaining('locked for too long'),
    })
    await holder.query('ROLLBACK')
  })

  it('tells a unit that waits for another one inside itself, and goes on, even with one connection', async () => {
    const database = await open({ query: 'pool=1' })
    const order = nextOrder()
    const nested = database.orderUnitOfWork.run(async ({ orders }) => {
      await orders.insertOrRead(order)
      await database.orderUnitOfWork.run(({ orders: inner }) => inner.change(order.id, touch))
    })
    await expect(nested).rejects.toThrow(/inside itself/)
    const throughOuterStore = database.orderUnitOfWork.run(async ({ orders }) => {
      await orders.insertOrRead(order)
      await database.orderStores.orders.change(order.id, touch)
    })
    await expect(throughOuterStore).rejects.toThrow(/inside itself/)
    expect(await database.orderStores.orders.find(order.id)).toBe(null)
  })

  it('runs a unit that was begun inside another one, and not waited for, after it', async () => {
    const database = await open()
    const order = nextOrder()
    const inner: Promise<boolean>[] = []
    await database.orderUnitOfWork.run(async ({ orders }) => {
      inner.push(database.orderStores.orders.change(order.id, { from: unpaid, to: paid }))
      await orders.insertOrRead(order)
    })
    expect(await Promise.all(inner)).toEqual([true])
  })

  it('refuses a store after its unit has ended', async () => {
    const database = await open()
    const kept = await database.orderUnitOfWork.run(async (stores) => [stores])
    for (const { orders } of kept) {
      await expect(orders.insertOrRead(nextOrder())).rejects.toThrow(/after the unit had ended/)
    }
  })

  it('keeps the context of each caller', async () => {
    const { orderUnitOfWork } = await open()
    const request = new AsyncLocalStorage<string>()
    const seen = await Promise.all(
      ['a', 'b'].map((name) => request.run(name, () => orderUnitOfWork.run(async () => request.getStore()))),
    )
    expect(seen).toEqual(['a', 'b'])
  })

  it('lets the work’s own error out, though a statement had failed before', async () => {
    const database = await open()
    const error = new CheckoutError('order_closed', 'This order is closed.')
    const failed = database.orderUnitOfWork.run(async ({ orders }) => {
      const tooLong = 'x'.repeat(65) as OutBusinessId
      await orders.insertOrRead({ ...nextOrder(), outBusinessId: tooLong }).catch(() => null)
      throw error
    })
    await expect(failed).rejects.toBe(error)
  })

  it('publishes exactly one of the lists that several processes publish at once', async () => {
    const processes = await Promise.all([1, 2, 3, 4, 5, 6].map(() => open({ query: 'pool=1' })))
    const lists = processes.map((_, list) =>
      [0, 1, 2].map((course) => sampleCourse({ courseId: courseId(`course-${(list % 3) + course}`) })),
    )
    await Promise.all(processes.map((database, list) => database.publishCourses(lists[list] ?? [])))
    expect(lists).toContainEqual(await processes[0]?.catalogue.list())
  })
})
