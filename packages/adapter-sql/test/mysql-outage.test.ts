import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { type MessageId, messageId, payNo } from '@coursepay/core'
import { sampleCommit, sampleId, sampleMessage, sampleOrder, sampleScheduleEntry } from '@coursepay/core/contracts'
import { beforeAll, beforeEach, expect, it, onTestFinished } from 'vitest'
import type { OpenedSqlStore } from '../src/sql-store.js'
import { sqlStore } from '../src/sql-store.js'
import { describeOnMysql, mysqlTestDatabase } from './support/mysql-server.js'
import { mysqlStores } from './support/mysql-stores.js'
import { runScript } from './support/processes.js'
import { type TcpProxy, tcpProxy } from './support/tcp-proxy.js'

const test = mysqlTestDatabase()
const open = mysqlStores(test)
const unavailable = { status: 'rejected', reason: { code: 'store_unavailable' } }
const refused = { code: 'store_unavailable' }

/** A new order and two messages. */
const append = ({ orderStore }: OpenedSqlStore, number: number) =>
  orderStore.orders.commit(
    sampleCommit(null, sampleOrder(number), { messages: idsOf(number).map((id) => sampleMessage(1, { id })) }),
  )

const idsOf = (number: number): MessageId[] => [2 * number, 2 * number + 1].map((each) => messageId(sampleId(each)))

const read = ({ orderStore }: OpenedSqlStore) => orderStore.orders.find({ id: sampleOrder(1).id })

const storedMessages = async () => new Set((await test.rows('SELECT id FROM mq_message')).map(({ id }) => String(id)))

async function proxied(): Promise<TcpProxy> {
  const proxy = await tcpProxy(test.host, test.port)
  onTestFinished(() => proxy.close())
  return proxy
}

const msOf = async (call: Promise<unknown>): Promise<number> => {
  const before = performance.now()
  await call
  return performance.now() - before
}

describeOnMysql('an outage of MySQL', () => {
  beforeAll(async () => {
    const store = await sqlStore({ url: test.url() }).open()
    await store.close()
  })
  beforeEach(async () => {
    await test.rows('SET FOREIGN_KEY_CHECKS = 0')
    for (const table of ['mq_message', 'xc_orders_goods', 'xc_pay_record', 'xc_orders', 'poll_schedule']) {
      await test.rows(`DELETE FROM ${table}`)
    }
  })

  it('is answered at once while the server is away, and reconnects when it is back', async () => {
    const proxy = await proxied()
    const store = await open({ port: proxy.port })
    await Promise.all(Array.from({ length: 20 }, (_, index) => append(store, index)))
    proxy.cut()
    const calls = () => [read(store), ...Array.from({ length: 50 }, (_, index) => append(store, 100 + index))]
    const answers = Promise.allSettled(calls())
    expect(await msOf(answers)).toBeLessThan(2_000)
    for (const answer of await answers) expect(answer).toMatchObject(unavailable)
    proxy.resume()
    expect(await append(store, 200)).toBe('committed')
    expect(await storedMessages()).toHaveLength(42)
  })

  it('keeps all that was answered, and nothing by halves, when the server goes away under load', async () => {
    const proxy = await proxied()
    const store = await open({ port: proxy.port })
    const answered: number[] = []
    const failures: unknown[] = []
    let [next, cut] = [0, false]
    const write = async () => {
      while (answered.length < 600) {
        next += 1
        const number = next
        await append(store, number).then(
          () => answered.push(number),
          (failure: unknown) => failures.push(failure),
        )
        if (!cut && answered.length >= 200) {
          cut = true
          proxy.cut()
          await expect(append(store, 0)).rejects.toMatchObject(refused)
          proxy.resume()
        }
      }
    }
    await Promise.all(Array.from({ length: 20 }, write))
    expect(failures.length).toBeGreaterThan(0)
    for (const failure of failures) expect(failure).toMatchObject(refused)
    const stored = await storedMessages()
    const has = (number: number) => idsOf(number).map((id) => stored.has(id))
    for (const number of answered) expect(has(number)).toEqual([true, true])
    for (let number = 1; number <= next; number += 1) expect([0, 2]).toContain(has(number).filter(Boolean).length)
  })

  it('aborts a read that is never answered, and destroys its connection', async () => {
    const proxy = await proxied()
    const store = await open({ port: proxy.port, query: 'answerTimeoutMs=1000&connectTimeoutMs=1000&pool=2' })
    await read(store)
    proxy.stall()
    await expect(read(store)).rejects.toMatchObject(refused)
    const before = proxy.connections
    proxy.resume()
    await read(store)
    expect(proxy.connections).toBeGreaterThan(before)
  })

  it('answers a write within busyTimeoutMs, whatever it waits for', async () => {
    const proxy = await proxied()
    const store = await open({ port: proxy.port, query: 'pool=2', busyTimeoutMs: 600 })
    await read(store)
    proxy.stall()
    const { schedule } = store.orderStore
    const calls = Array.from({ length: 8 }, () => schedule.reschedule(sampleScheduleEntry(), 2))
    const answers = Promise.allSettled(calls)
    expect(await msOf(answers)).toBeLessThan(1_000)
    for (const answer of await answers) expect(answer).toMatchObject(unavailable)
  })

  it('answers commits, claims, outcomes, finds and query slots within busyTimeoutMs while nothing passes', async () => {
    const proxy = await proxied()
    const store = await open({ port: proxy.port, busyTimeoutMs: 3_000 })
    await append(store, 1)
    const { outbox, schedule } = store.orderStore
    const [claimed] = await outbox.claim(1, 60_000)
    proxy.stall()
    const settled = claimed === undefined ? [] : [{ kind: 'acknowledge', claimed } as const]
    const calls = [
      ...[2, 3, 4, 5].map((number) => append(store, number)),
      ...[outbox.claim(1, 1), outbox.settle(settled), read(store), schedule.tryAcquireQuerySlot(payNo('7'), 1, 2)],
    ]
    const answers = Promise.allSettled(calls)
    expect(await msOf(answers)).toBeLessThan(3_500)
    for (const answer of await answers) expect(answer).toMatchObject(unavailable)
  })

  it('answers each commit within busyTimeoutMs of its own call, also behind others that are never answered', async () => {
    const proxy = await proxied()
    const store = await open({ port: proxy.port, busyTimeoutMs: 2_000 })
    await append(store, 1)
    proxy.stall()
    const waits: Promise<number>[] = []
    for (const number of [2, 3, 4, 5]) {
      waits.push(msOf(expect(append(store, number)).rejects.toMatchObject(refused)))
      await pause(300)
    }
    for (const wait of waits) expect(await wait).toBeLessThan(2_300)
  })

  it('keeps other callers working while a row is locked', async () => {
    const store = await open({ query: 'pool=8', busyTimeoutMs: 1_500 })
    const { schedule } = store.orderStore
    const entry = { purpose: 'poll', payNo: payNo('7'), outRequestNo: '', dueAt: 1 } as const
    await schedule.schedule(entry)
    const holder = await test.connect()
    await holder.query('BEGIN')
    await holder.query('SELECT * FROM poll_schedule FOR UPDATE')
    const waiting = Array.from({ length: 20 }, () => schedule.reschedule(entry, 2))
    const answers = Promise.allSettled(waiting)
    for (let number = 1; number <= 20; number += 1) {
      expect(await msOf(append(store, number))).toBeLessThan(500)
      expect(await msOf(read(store))).toBeLessThan(500)
    }
    expect(await msOf(answers)).toBeLessThan(2_500)
    for (const answer of await answers) expect(answer).toMatchObject(unavailable)
    await holder.query('ROLLBACK')
    await schedule.schedule({ ...entry, payNo: payNo('8') })
  })

  it('keeps working with its connections when the server gives no more', async () => {
    await test.rows(`ALTER USER '${test.user}'@'%' WITH MAX_USER_CONNECTIONS 3`)
    onTestFinished(() => void test.rows(`ALTER USER '${test.user}'@'%' WITH MAX_USER_CONNECTIONS 0`))
    const store = await open({ query: 'pool=10' })
    const calls = Array.from({ length: 60 }, (_, number) => [append(store, number), read(store)]).flat()
    expect((await Promise.allSettled(calls)).filter(({ status }) => status === 'rejected')).toEqual([])
    expect(await storedMessages()).toHaveLength(120)
  })

  it('replaces connections that the server has ended', async () => {
    const store = await open({ query: 'pool=3' })
    await Promise.all([1, 2, 3].map((number) => append(store, number)))
    const connections = await test.rows('SELECT id FROM information_schema.processlist WHERE user = ?', [test.user])
    expect(connections.length).toBeGreaterThan(0)
    // One of an earlier test may be gone by now.
    for (const { id } of connections) await test.rows(`KILL ${id}`).catch(() => [])
    await read(store)
    expect(await append(store, 4)).toBe('committed')
  })

  it('ends its idle connections before the server does, which keeps the locks of a dead host for ten seconds', async () => {
    const store = await open({ query: 'pool=4' })
    await Promise.all(Array.from({ length: 20 }, (_, number) => append(store, number)))
    const seen = await test.rows('SELECT id FROM information_schema.processlist WHERE user = ?', [test.user])
    expect(seen.length).toBeGreaterThan(0)
    const left = async () => {
      const rows = await test.rows('SELECT id FROM information_schema.processlist WHERE user = ?', [test.user])
      return rows.filter(({ id }) => seen.some((one) => one.id === id)).length
    }
    await expect.poll(left, { timeout: 9_000, interval: 500 }).toBe(0)
    await read(store)
  })

  it('keeps no socket of a connection that was destroyed', async () => {
    const proxy = await proxied()
    const store = await open({ port: proxy.port, query: 'answerTimeoutMs=1000&pool=1' })
    await read(store)
    const sockets = () => process.getActiveResourcesInfo().filter((resource) => resource === 'TCPSocketWrap').length
    const before = sockets()
    proxy.stall()
    await expect(read(store)).rejects.toMatchObject(refused)
    await expect.poll(sockets).toBe(before - 1)
  })

  it('times out on a server that takes the connection and says nothing', async () => {
    const silent = createServer()
    silent.listen(0, '127.0.0.1')
    await once(silent, 'listening')
    onTestFinished(() => void silent.close())
    const { port } = silent.address() as AddressInfo
    await expect(open({ port, query: 'connectTimeoutMs=100' })).rejects.toMatchObject(refused)
  })

  it('answers look-ups that wait for their batch when it closes', async () => {
    const store = await open()
    const found = read(store)
    await store.close()
    expect(await found).toBeNull()
  })

  it('closes at once while nothing passes', async () => {
    const proxy = await proxied()
    const store = await open({ port: proxy.port })
    await read(store)
    proxy.stall()
    expect(await msOf(store.close())).toBeLessThan(1_500)
  })

  it('leaves no socket behind that nothing passes through, so that the process can end', async () => {
    const proxy = await proxied()
    const script = runScript('close-while-stalled.mjs', `${test.url(proxy.port)}?answerTimeoutMs=1000`)
    onTestFinished(() => void script.child.kill('SIGKILL'))
    await script.printed(1)
    proxy.stall()
    expect(await script.ending).toEqual({ code: 0, signal: null, output: 'open\nclosed\n' })
  })

  it('lets only so many calls wait for a connection', async () => {
    const proxy = await proxied()
    const store = await open({ port: proxy.port, query: 'pool=1&queue=1&answerTimeoutMs=300', busyTimeoutMs: 100 })
    await read(store)
    proxy.stall()
    // Each of these is a question of its own; callers of an order share one.
    const list = () => store.learningStore.catalogue.list()
    const [, waiting, tooMany] = await Promise.allSettled([list(), list(), list()])
    expect(waiting).toMatchObject({ reason: { message: expect.stringContaining('No connection') } })
    expect(tooMany).toMatchObject({ reason: { message: expect.stringContaining('Too many calls') } })
  })
})
