import { systemScheduler } from '@coursepay/core/assembly'
import { beforeAll, expect, it, onTestFinished } from 'vitest'
import { describeOnMysql, mysqlTestDatabase } from './support/mysql-server.js'
import { type TcpProxy, tcpProxy } from './support/tcp-proxy.js'
import { commitOf, newEntry, newOrder, newPayment, ordersOnMysql, raise } from './support/writer-harness.js'

const test = mysqlTestDatabase()

/** A process, as many of which as are asked for share the database. */
function open({ port = test.port, busyTimeoutMs = 3_000, query = '' } = {}) {
  const { engine, orders } = ordersOnMysql(`${test.url(port)}?${query}`, { busyTimeoutMs })
  onTestFinished(() => engine.close())
  return orders
}

async function openProxy(): Promise<TcpProxy> {
  const proxy = await tcpProxy(test.host, test.port)
  onTestFinished(() => proxy.close())
  return proxy
}

const rowsOf = async (table: string, column: string, id: string) =>
  (await test.rows(`SELECT * FROM ${table} WHERE ${column} = ?`, [id])).length

const pay = (order: ReturnType<typeof newOrder>) =>
  raise(order, { status: '600002', payments: [...order.payments, newPayment(order)] })

/** A transaction of somebody else, which holds what it has touched until the test ends or it is ended. */
async function foreignTransaction(sql: string, values: readonly unknown[]) {
  const connection = await test.connect()
  await connection.query('START TRANSACTION')
  await connection.query(sql, [...values])
  return { end: () => connection.query('ROLLBACK'), commit: () => connection.query('COMMIT') }
}

describeOnMysql('commits on a MySQL that fails', () => {
  beforeAll(async () => {
    const { engine } = ordersOnMysql(test.url())
    await engine.migrate(() => {})
    await engine.close()
  })

  it.each([
    ['is lost with its connection before it reaches the server', (proxy: TcpProxy) => proxy.cutNextCommit()],
    ['is done, and its answer is lost', (proxy: TcpProxy) => proxy.loseNextCommitAnswer()],
    ['never reaches the server, on a connection that stays silent', (proxy: TcpProxy) => proxy.hangNextCommit()],
    ['is done, and is answered with an error', (proxy: TcpProxy) => proxy.interruptNextCommit()],
    ['meets a deadlock', (proxy: TcpProxy) => proxy.failNextCommit()],
  ])('commits once a batch whose packet %s', async (_, breakNextCommit) => {
    const proxy = await openProxy()
    const orders = open({ port: proxy.port })
    const stored = Array.from({ length: 4 }, () => newOrder())
    await Promise.all(stored.map((each) => orders.commit(commitOf(null, each))))
    const entries = stored.map(() => newEntry())
    const fresh = [newOrder(), newOrder()]
    breakNextCommit(proxy)
    const outcomes = await Promise.all([
      ...stored.map((each, index) =>
        orders.commit(commitOf(each, pay(each), { journal: entries.slice(index, index + 1) })),
      ),
      ...fresh.map((each) => orders.commit(commitOf(null, each))),
    ])
    expect(outcomes).toEqual(Array(6).fill('committed'))
    for (const { id, payments } of await orders.findMany(stored.map((each) => each.id))) {
      expect(payments, id).toHaveLength(2)
    }
    for (const { id } of entries) expect(await rowsOf('evidence_journal', 'id', id)).toBe(1)
    for (const { id } of fresh) expect(await rowsOf('xc_orders_goods', 'order_id', id)).toBe(1)
  })

  it('writes a batch again until a deadlock is over', async () => {
    const proxy = await openProxy()
    const orders = open({ port: proxy.port })
    const order = newOrder()
    let deadlocks = 0
    proxy.disturbCommits(() => {
      deadlocks += 1
      return deadlocks <= 4 ? 'meets a deadlock' : 'passes'
    })
    expect(await orders.commit(commitOf(null, order))).toBe('committed')
    expect(deadlocks).toBe(5)
  })

  it('needs one packet more for a batch in which business ids are taken and orders are stale', async () => {
    const proxy = await openProxy()
    const orders = open({ port: proxy.port })
    const [taken, stale, fresh] = [newOrder(), newOrder(), newOrder()]
    await Promise.all([taken, stale, fresh].map((each) => orders.commit(commitOf(null, each))))
    await orders.commit(commitOf(stale, raise(stale)))
    let packets = 0
    proxy.disturbCommits(() => {
      packets += 1
      return 'passes'
    })
    const outcomes = await Promise.all([
      orders.commit(commitOf(null, newOrder({ outBusinessId: taken.outBusinessId }))),
      orders.commit(commitOf(stale, pay(stale))),
      orders.commit(commitOf(fresh, pay(fresh))),
      orders.commit(commitOf(null, newOrder())),
    ])
    expect(outcomes).toEqual(['conflict', 'conflict', 'committed', 'committed'])
    expect(packets).toBe(2)
  })

  it('sends a commit that met a locked row in no packet with others', async () => {
    const proxy = await openProxy()
    const orders = open({ port: proxy.port })
    const all = Array.from({ length: 21 }, () => newOrder())
    await Promise.all(all.map((each) => orders.commit(commitOf(null, each))))
    const [held = newOrder(), ...others] = all
    const shared: string[] = []
    proxy.disturbCommits((sql) => {
      if (sql.includes(held.id) && others.some(({ id }) => sql.includes(id))) shared.push(sql)
      return 'passes'
    })
    const foreign = await foreignTransaction('SELECT id FROM xc_orders WHERE id = ? FOR UPDATE', [held.id])
    const committing = orders.commit(commitOf(held, pay(held)))
    for (let index = 0; index < others.length; index += 2) {
      const some = others.slice(index, index + 2)
      await Promise.all(some.map((each) => orders.commit(commitOf(each, pay(each)))))
    }
    await foreign.end()
    expect(await committing).toBe('committed')
    expect(shared.length).toBeLessThanOrEqual(1)
  })

  it('tells a commit in doubt from one that somebody else made of the same version', async () => {
    const proxy = await openProxy()
    const [orders, other] = [open({ port: proxy.port }), open()]
    const order = newOrder()
    await orders.commit(commitOf(null, order))
    const theirs = pay(order)
    proxy.cutNextCommit()
    const [outcome, foreign] = await Promise.all([
      orders.commit(commitOf(order, pay(order), { journal: [newEntry()] })),
      other.commit(commitOf(order, theirs, { journal: [newEntry()] })),
    ])
    expect([outcome, foreign].toSorted()).toEqual(['committed', 'conflict'])
    const stored = await other.find({ id: order.id })
    expect(stored?.payments).toHaveLength(2)
    if (foreign === 'committed') expect(stored).toEqual(theirs)
  })

  it('answers store_unavailable when the answer is lost again and again', async () => {
    const proxy = await openProxy()
    const orders = open({ port: proxy.port, busyTimeoutMs: 1_000 })
    const order = newOrder()
    await orders.commit(commitOf(null, order))
    proxy.stall()
    await expect(orders.commit(commitOf(order, pay(order)))).rejects.toMatchObject({ code: 'store_unavailable' })
    proxy.resume()
  })

  it('answers store_unavailable to a whole batch at once when the server takes no writes', async () => {
    const proxy = await openProxy()
    const orders = open({ port: proxy.port })
    await orders.commit(commitOf(null, newOrder()))
    let packets = 0
    proxy.disturbCommits(() => {
      packets += 1
      return 'meets read-only'
    })
    const all = Array.from({ length: 8 }, () => newOrder())
    const outcomes = await Promise.allSettled(all.map((each) => orders.commit(commitOf(null, each))))
    const refused = {
      status: 'rejected',
      reason: { code: 'store_unavailable', message: expect.stringContaining('no writes') },
    }
    expect(outcomes).toMatchObject(all.map(() => refused))
    expect(packets).toBe(1)
  })

  it('commits what it can when connections are cut at any moment, and never reports a stored commit as a conflict', async () => {
    const proxy = await openProxy()
    const orders = open({ port: proxy.port })
    let order = newOrder()
    await orders.commit(commitOf(null, order))
    for (let round = 0; round < 40; round += 1) {
      const next = pay(order)
      const committing = orders.commit(commitOf(order, next)).catch(() => 'unknown' as const)
      await new Promise<void>((resolve) => systemScheduler.schedule(Math.random() * 3, resolve))
      proxy.cut()
      proxy.resume()
      const outcome = await committing
      const stored = await open().find({ id: order.id })
      expect(outcome).not.toBe('conflict')
      if (outcome === 'committed') expect(stored).toEqual(next)
      order = stored ?? order
    }
  })

  it('lets nobody wait for a row that somebody else has locked', async () => {
    const orders = open({ busyTimeoutMs: 1_000 })
    const all = Array.from({ length: 12 }, () => newOrder())
    await Promise.all(all.map((each) => orders.commit(commitOf(null, each))))
    const [held, ...free] = all
    const foreign = await foreignTransaction('SELECT id FROM xc_orders WHERE id = ? FOR UPDATE', [held?.id])
    const started = performance.now()
    const waiting = Promise.allSettled([orders.commit(commitOf(all[0] ?? null, pay(all[0] ?? newOrder())))])
    const outcomes = await Promise.all(free.map((each) => orders.commit(commitOf(each, pay(each)))))
    expect(outcomes).toEqual(free.map(() => 'committed'))
    expect(performance.now() - started).toBeLessThan(900)
    expect(await waiting).toMatchObject([{ status: 'rejected', reason: { code: 'store_unavailable' } }])
    await foreign.end()
  })

  it('commits as soon as a locked row is free', async () => {
    const orders = open()
    const order = newOrder()
    await orders.commit(commitOf(null, order))
    const foreign = await foreignTransaction('SELECT id FROM xc_orders WHERE id = ? FOR UPDATE', [order.id])
    const committing = orders.commit(commitOf(order, pay(order)))
    await orders.commit(commitOf(null, newOrder()))
    await foreign.end()
    expect(await committing).toBe('committed')
  })

  it('lets no other new order wait for a business id that somebody else inserts, and answers conflict once it is there', async () => {
    const orders = open()
    const [order, theirs] = [newOrder(), newOrder()]
    const columns =
      'out_business_id,user_id,order_type,total_price,order_name,order_detail,status,create_date,expire_date'
    const foreign = await foreignTransaction(
      `INSERT INTO xc_orders (id,${columns}) VALUES (?,?,'u',?,1,'n','[]','600001',1,2)`,
      [theirs.id, order.outBusinessId, order.orderType],
    )
    const started = performance.now()
    const committing = orders.commit(commitOf(null, order))
    const others = Array.from({ length: 8 }, () => newOrder())
    expect(await Promise.all(others.map((each) => orders.commit(commitOf(null, each))))).toEqual(
      others.map(() => 'committed'),
    )
    expect(performance.now() - started).toBeLessThan(900)
    await foreign.commit()
    expect(await committing).toBe('conflict')
  })

  it('commits with a single connection, also what a batch has to sort out', async () => {
    const proxy = await openProxy()
    const orders = open({ port: proxy.port, query: 'pool=1' })
    const all = Array.from({ length: 6 }, () => newOrder())
    await Promise.all(all.map((each) => orders.commit(commitOf(null, each))))
    const [stale] = all
    await orders.commit(commitOf(stale ?? null, raise(stale ?? newOrder())))
    proxy.loseNextCommitAnswer()
    const outcomes = await Promise.all(all.map((each) => orders.commit(commitOf(each, pay(each)))))
    expect(outcomes).toEqual(['conflict', ...Array(5).fill('committed')])
  })

  it('stores texts of every kind as they were', async () => {
    const proxy = await openProxy()
    proxy.askForGbk()
    const orders = open({ port: proxy.port })
    const orderName = `\u0000'"\\\\\n\r\u001a%_;COMMIT; -- ? :a 縗' 🎓`
    const order = newOrder({ orderName, orderDescrip: `\\'; DROP TABLE xc_orders; --` })
    expect(await orders.commit(commitOf(null, order))).toBe('committed')
    expect(await orders.find({ id: order.id })).toEqual(order)
  })
})
