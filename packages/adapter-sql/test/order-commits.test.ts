import { sampleRefund } from '@coursepay/core/contracts'
import { beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { createOrderRepository } from '../src/stores/order-repository.js'
import { describeOnMysql, mysqlTestDatabase } from './support/mysql-server.js'
import { temporaryDatabaseFile } from './support/temporary-folder.js'
import {
  commitOf,
  newEntry,
  newOrder,
  newPayment,
  nextId,
  type OpenedOrders,
  ordersOnMysql,
  ordersOnSqlite,
  raise,
} from './support/writer-harness.js'

/** `open` opens one database again and again, as several processes do. */
function describeCommits(openOne: () => Promise<OpenedOrders>): void {
  const open = async () => {
    const opened = await openOne()
    onTestFinished(() => opened.engine.close())
    return opened.orders
  }

  it('finds an order by each of its names as it was committed', async () => {
    const orders = await open()
    const order = newOrder()
    expect(await orders.commit(commitOf(null, order, { journal: [newEntry()] }))).toBe('committed')
    const [payment] = order.payments
    for (const key of [
      { id: order.id },
      { payNo: payment?.payNo ?? order.payments[0]?.payNo } as never,
      { token: payment?.token } as never,
      { orderType: order.orderType, outBusinessId: order.outBusinessId },
    ]) {
      expect(await orders.find(key)).toEqual(order)
    }
    expect(await orders.findMany([order.id, nextId() as typeof order.id])).toEqual([order])
  })

  it('reads the long detail of an order beside one of its payments, however many there are', async () => {
    const { engine, orders } = await openOne()
    onTestFinished(() => engine.close())
    const placed = newOrder()
    await orders.commit(commitOf(null, placed))
    const order = raise(placed, { payments: [...placed.payments, newPayment(placed), newPayment(placed)] })
    await orders.commit(commitOf(placed, order))
    const details: unknown[] = []
    const all: typeof engine.session.all = async (query) => {
      const rows = await engine.session.all(query)
      details.push(...rows.map(({ o_order_detail }) => o_order_detail))
      return rows
    }
    const noted = createOrderRepository({ ...engine.session, all }, orders.commit)
    expect(await noted.find({ id: order.id })).toEqual(order)
    expect(details.toSorted()).toEqual([order.orderDetail, null, null])
  })

  it('reads as many rows as an order has payments and refunds, not their product', async () => {
    const { engine, orders } = await openOne()
    onTestFinished(() => engine.close())
    const placed = newOrder()
    const payments = Array.from({ length: 20 }, () => newPayment(placed))
    const refunds = payments
      .slice(0, 2)
      .flatMap((payment) => Array.from({ length: 10 }, () => sampleRefund(payment, 1, { id: nextId() as never })))
      .map((refund) => ({ ...refund, outRequestNo: refund.id }))
    const order = { ...placed, payments, refunds }
    await orders.commit(commitOf(null, order))
    let count = 0
    const all: typeof engine.session.all = async (query) => {
      const rows = await engine.session.all(query)
      count += rows.length
      return rows
    }
    const counted = createOrderRepository({ ...engine.session, all }, orders.commit)
    expect(await counted.find({ id: order.id })).toEqual(order)
    expect(count).toBe(18 + 20)
  })

  it('refuses a second order of one business id and type, and takes one of another type', async () => {
    const orders = await open()
    const order = newOrder()
    await orders.commit(commitOf(null, order))
    const { outBusinessId } = order
    expect(await orders.commit(commitOf(null, newOrder({ outBusinessId })))).toBe('conflict')
    expect(await orders.commit(commitOf(null, newOrder({ outBusinessId, orderType: '60202' })))).toBe('committed')
  })

  it('stores what differs of an order and its payments, and appends the rest', async () => {
    const orders = await open()
    const order = newOrder()
    await orders.commit(commitOf(null, order))
    const [payment] = order.payments
    const paid = { ...payment, status: '601002', outPayNo: '2026', paySuccessTime: 1_600, receipt: 'booked' } as never
    const refund = sampleRefund(payment ?? newPayment(order), 1, { id: nextId() as never, reason: '雨' })
    const after = raise(order, { status: '600002', payments: [paid, newPayment(order)], refunds: [refund] })
    expect(await orders.commit(commitOf(order, after))).toBe('committed')
    expect(await orders.find({ id: order.id })).toEqual(after)
  })

  it('lets one of two commits of one version win, in one process and in two', async () => {
    const [some, others] = [await open(), await open()]
    for (const [first, second] of [
      [some, some],
      [some, others],
    ] as const) {
      const order = newOrder()
      await some.commit(commitOf(null, order))
      const next = () => raise(order, { payments: [...order.payments, newPayment(order)] })
      const outcomes = await Promise.all([
        first.commit(commitOf(order, next())),
        second.commit(commitOf(order, next())),
      ])
      expect(outcomes.toSorted()).toEqual(['committed', 'conflict'])
      const stored = await some.find({ id: order.id })
      expect(stored?.payments).toHaveLength(2)
      expect(stored?.version).toBe(2)
    }
  })

  it('stores nothing of a commit whose token is taken, and all of those beside it', async () => {
    const orders = await open()
    const [order, other] = [newOrder(), newOrder()]
    await Promise.all([order, other].map((each) => orders.commit(commitOf(null, each))))
    const token = order.payments[0]?.token
    const clash = raise(other, { payments: [...other.payments, newPayment(other, { token: token as never })] })
    const beside = Array.from({ length: 5 }, () => newOrder())
    const outcomes = await Promise.all([
      orders.commit(commitOf(other, clash)),
      ...beside.map((each) => orders.commit(commitOf(null, each))),
    ])
    expect(outcomes).toEqual(['conflict', ...beside.map(() => 'committed')])
    expect(await orders.find({ id: other.id })).toEqual(other)
  })

  it('commits the fresh ones of a batch with stale ones', async () => {
    const orders = await open()
    const all = Array.from({ length: 30 }, () => newOrder())
    await Promise.all(all.map((each) => orders.commit(commitOf(null, each))))
    const stale = all.filter((_, index) => index % 3 === 0)
    await Promise.all(stale.map((each) => orders.commit(commitOf(each, raise(each)))))
    const outcomes = await Promise.all(
      all.map((each) => orders.commit(commitOf(each, raise(each, { status: '600003' }), { journal: [newEntry()] }))),
    )
    expect(outcomes).toEqual(all.map((_, index) => (index % 3 === 0 ? 'conflict' : 'committed')))
    const stored = await orders.findMany(all.map(({ id }) => id))
    expect(stored.filter(({ status }) => status === '600003')).toHaveLength(20)
  })

  it('takes a commit that changes nothing of the order without looking at its version', async () => {
    const orders = await open()
    const order = newOrder()
    await orders.commit(commitOf(null, order))
    await orders.commit(commitOf(order, raise(order)))
    const entry = newEntry()
    expect(await orders.commit(commitOf(order, order, { journal: [entry] }))).toBe('committed')
    expect(await orders.commit(commitOf(order, order, { journal: [entry] }))).toBe('committed')
  })

  it('answers a commit of an order that is not there with a conflict', async () => {
    const orders = await open()
    const order = newOrder()
    expect(await orders.commit(commitOf(order, raise(order)))).toBe('conflict')
  })

  it('lists overdue unpaid orders, the longest overdue first', async () => {
    const orders = await open()
    const late = [
      newOrder({ expireDate: 7 }),
      newOrder({ expireDate: 5 }),
      newOrder({ expireDate: 6, status: '600003' }),
    ]
    await Promise.all(late.map((each) => orders.commit(commitOf(null, each))))
    expect(await orders.listOverdue(10, 10)).toEqual([late[1]?.id, late[0]?.id])
  })

  it('never shows a mixture of two commits', async () => {
    const [writer, reader] = [await open(), await open()]
    let order = newOrder({ payments: [] })
    await writer.commit(commitOf(null, order))
    const reading = async () => {
      for (let round = 0; round < 60; round += 1) {
        const found = await reader.find({ id: order.id })
        expect(found?.payments.length).toBe((found?.version ?? 0) - 1)
      }
    }
    const writing = async () => {
      for (let round = 0; round < 30; round += 1) {
        const next = raise(order, { payments: [...order.payments, newPayment(order)] })
        expect(await writer.commit(commitOf(order, next))).toBe('committed')
        order = next
      }
    }
    await Promise.all([reading(), reading(), writing()])
  })
}

describe('commits of orders on SQLite', () => {
  let file = ''
  beforeEach(async () => {
    file = temporaryDatabaseFile()
    const { engine } = await ordersOnSqlite(file)
    await engine.migrate(() => {})
    await engine.close()
  })
  describeCommits(() => ordersOnSqlite(file))
})

describeOnMysql('commits of orders on MySQL', () => {
  const test = mysqlTestDatabase()
  beforeAll(async () => {
    const { engine } = ordersOnMysql(test.url())
    await engine.migrate(() => {})
    await engine.close()
  })
  describeCommits(async () => ordersOnMysql(test.url()))
})
