import { setTimeout as pause } from 'node:timers/promises'
import { payToken } from '@coursepay/core'
import { beforeAll, expect, it, onTestFinished } from 'vitest'
import { createOrderRepository } from '../src/stores/order-repository.js'
import { orderMapping } from '../src/writer/order-mapping.js'
import { describeOnMysql, mysqlTestDatabase } from './support/mysql-server.js'
import { tcpProxy } from './support/tcp-proxy.js'
import { commitOf, newOrder, newPayment, ordersOnMysql, raise } from './support/writer-harness.js'

const test = mysqlTestDatabase()
const GROUP = 64

function open({ port = test.port, busyTimeoutMs = 3_000, query = '' } = {}) {
  const { engine, orders } = ordersOnMysql(`${test.url(port)}?${query}`, { busyTimeoutMs })
  onTestFinished(() => engine.close())
  return orders
}

async function openProxy() {
  const proxy = await tcpProxy(test.host, test.port)
  onTestFinished(() => proxy.close())
  return proxy
}

type Orders = ReturnType<typeof open>

const pay = (order: ReturnType<typeof newOrder>, token = `token-${order.id}-2`) =>
  raise(order, { status: '600002', payments: [...order.payments, newPayment(order, { token: payToken(token) })] })

/** Changes the row of each payment. */
const settle = (order: ReturnType<typeof newOrder>) =>
  raise(order, { status: '600002', payments: order.payments.map((each) => ({ ...each, status: '601002' })) })

async function storeOrders(orders: Orders, count: number) {
  const all = Array.from({ length: count }, () => newOrder())
  await Promise.all(all.map((each) => orders.commit(commitOf(null, each))))
  return all
}

/** Rows that somebody else has changed and not committed: an insert of one of these tokens waits for it. */
async function holdTokens(orders: Orders, count: number) {
  const owners = await storeOrders(orders, count)
  const connection = await test.connect()
  await connection.query('START TRANSACTION')
  for (const { id } of owners) await connection.query('UPDATE xc_pay_record SET token = ? WHERE order_id = ?', [id, id])
  onTestFinished(() => connection.destroy())
  return { tokens: owners.map(({ id }) => String(id)), release: () => connection.query('ROLLBACK') }
}

/** On MySQL `innodb_trx` is an error while any connection's statement holds a letter of four bytes. */
const waiting = {
  MariaDB: `SELECT trx_mysql_thread_id AS id FROM information_schema.innodb_trx JOIN information_schema.processlist ON id = trx_mysql_thread_id WHERE trx_state = 'LOCK WAIT' AND user = ?`,
  MySQL: `SELECT DISTINCT processlist_id AS id FROM performance_schema.data_lock_waits JOIN performance_schema.threads ON thread_id = requesting_thread_id WHERE processlist_user = ?`,
}
async function waitingThreads() {
  const [server] = await test.rows('SELECT VERSION() AS version')
  const isMariaDb = String(server?.version).includes('MariaDB')
  return test.rows(isMariaDb ? waiting.MariaDB : waiting.MySQL, [test.user])
}
const waitingPackets = async () => (await waitingThreads()).length

/** InnoDB shows the same transactions again until nobody has asked for 100 ms. */
const INNODB_TRX_CACHE_MS = 150

const msOf = async (call: Promise<unknown>): Promise<number> => {
  const before = performance.now()
  await call
  return performance.now() - before
}

describeOnMysql('commits on MySQL that wait for rows of somebody else', () => {
  beforeAll(async () => {
    const { engine } = ordersOnMysql(test.url())
    await engine.migrate(() => {})
    await engine.close()
  })

  it('no order waits for a READ COMMITTED transaction of a host that read another, or found none', async () => {
    const { engine, orders } = ordersOnMysql(test.url(), { busyTimeoutMs: 3_000 })
    onTestFinished(() => engine.close())
    const [newest] = await storeOrders(orders, 1)
    const host = await test.connect()
    await host.query('SET TRANSACTION ISOLATION LEVEL READ COMMITTED')
    await host.query('START TRANSACTION')
    const { session, committer } = engine.within(host)
    const inside = createOrderRepository(session, committer(orderMapping))
    expect(await inside.find({ id: newest?.id as never })).toEqual(newest)
    const { outBusinessId, orderType } = newOrder()
    expect(await inside.find({ outBusinessId, orderType })).toBeNull()
    await storeOrders(orders, GROUP)
    await host.query('COMMIT')
  })

  it('take a quarter of the pool at most, once they have waited', async () => {
    const orders = open({ query: 'pool=8', busyTimeoutMs: 6_000 })
    const blocked = await storeOrders(orders, 8)
    const held = await holdTokens(orders, blocked.length)
    let isDone = false
    const waiting = blocked.map((each, index) => orders.commit(commitOf(each, pay(each, held.tokens[index]))))
    const outcomes = Promise.allSettled(waiting).finally(() => {
      isDone = true
    })
    let packets = 0
    while (!isDone) {
      packets = Math.max(packets, await waitingPackets())
      await pause(INNODB_TRX_CACHE_MS)
    }
    expect(packets).toBeGreaterThan(0)
    expect(packets).toBeLessThanOrEqual(2)
    const refused = { status: 'rejected', reason: { code: 'store_unavailable' } }
    expect(await outcomes).toMatchObject(blocked.map(() => refused))
    await held.release()
  })

  it('hold up no new order while somebody else has a row of another order locked', async () => {
    const orders = open({ busyTimeoutMs: 2_000 })
    const [locked, ...others] = await storeOrders(orders, 4)
    if (locked === undefined) throw new Error('No order was stored.')
    const connection = await test.connect()
    onTestFinished(() => connection.destroy())
    await connection.query('START TRANSACTION')
    await connection.query('SELECT id FROM xc_orders WHERE id = ? FOR UPDATE', [locked.id])
    const blocked = orders.commit(commitOf(locked, pay(locked))).catch(({ code }) => code)
    const outcomes = Promise.all([
      ...others.map((each) => orders.commit(commitOf(each, pay(each)))),
      ...others.map(() => orders.commit(commitOf(null, newOrder()))),
    ])
    expect(await msOf(outcomes)).toBeLessThan(900)
    expect(await outcomes).toEqual(Array(6).fill('committed'))
    expect(await blocked).toBe('store_unavailable')
  })

  it('hold up nobody while somebody else has the payments of a dozen other orders locked', async () => {
    const orders = open({ busyTimeoutMs: 2_000 })
    const locked = await storeOrders(orders, 12)
    const others = await storeOrders(orders, 12)
    const connection = await test.connect()
    onTestFinished(() => connection.destroy())
    await connection.query('START TRANSACTION')
    for (const { payments } of locked) {
      await connection.query('SELECT pay_no FROM xc_pay_record WHERE pay_no = ? FOR UPDATE', [payments[0]?.payNo])
    }
    const blocked = Promise.allSettled(locked.map((each) => orders.commit(commitOf(each, settle(each)))))
    const outcomes = Promise.all(others.map((each) => orders.commit(commitOf(each, settle(each)))))
    expect(await msOf(outcomes)).toBeLessThan(900)
    expect(await outcomes).toEqual(others.map(() => 'committed'))
    const refused = { status: 'rejected', reason: { code: 'store_unavailable' } }
    expect(await blocked).toMatchObject(locked.map(() => refused))
  })

  it('are written once the payments that somebody else had locked are free', async () => {
    const orders = open()
    const [locked = newOrder()] = await storeOrders(orders, 1)
    const connection = await test.connect()
    onTestFinished(() => connection.destroy())
    await connection.query('START TRANSACTION')
    await connection.query('SELECT pay_no FROM xc_pay_record WHERE pay_no = ? FOR UPDATE', [locked.payments[0]?.payNo])
    const committing = orders.commit(commitOf(locked, settle(locked)))
    await orders.commit(commitOf(null, newOrder()))
    await connection.query('ROLLBACK')
    expect(await committing).toBe('committed')
    expect(await orders.find({ id: locked.id })).toEqual(settle(locked))
  })

  it.each([
    ['that writes is never answered', 'COMMIT'],
    ['that looks which of them can be is never answered', 'ROLLBACK;START TRANSACTION'],
  ])('of a full group are all answered in time when the packet %s', async (_, text) => {
    const proxy = await openProxy()
    const orders = open({ port: proxy.port })
    const [stale, ...others] = await storeOrders(orders, GROUP)
    if (stale === undefined) throw new Error('No order was stored.')
    await orders.commit(commitOf(stale, raise(stale)))
    proxy.swallowNextAnswerTo(text)
    const outcomes = Promise.all([stale, ...others].map((each) => orders.commit(commitOf(each, pay(each)))))
    expect(await msOf(outcomes)).toBeLessThan(3_000)
    expect(await outcomes).toEqual(['conflict', ...others.map(() => 'committed')])
  })

  it('of a full group whose statement is ended by KILL QUERY again and again are written once when it is over', async () => {
    const orders = open({ busyTimeoutMs: 5_000 })
    const all = await storeOrders(orders, GROUP)
    const held = await holdTokens(orders, 1)
    const [first, ...others] = all
    if (first === undefined) throw new Error('No order was stored.')
    const outcomes = Promise.allSettled([
      orders.commit(commitOf(first, pay(first, held.tokens[0]))),
      ...others.map((each) => orders.commit(commitOf(each, pay(each)))),
    ])
    let isSettled = false
    void outcomes.finally(() => {
      isSettled = true
    })
    for (let kills = 0; kills < 2 && !isSettled; ) {
      for (const { id } of await waitingThreads()) {
        // It may have given up by now.
        kills += await test.rows(`KILL QUERY ${id}`).then(
          () => 1,
          () => 0,
        )
      }
    }
    await held.release()
    expect(await msOf(outcomes)).toBeLessThan(5_000)
    const isDone = (await outcomes).map((each) => each.status === 'fulfilled' && each.value === 'committed')
    // A statement that was ended twice is answered `store_unavailable`; all others are done.
    expect(isDone.filter(Boolean).length).toBeGreaterThanOrEqual(GROUP - 2)
    const stored = new Map((await orders.findMany(all.map((each) => each.id))).map((each) => [each.id, each]))
    for (const [index, { id }] of all.entries()) {
      if (isDone[index]) expect(stored.get(id)?.payments, id).toHaveLength(2)
    }
  })
})
