import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { messageId, outBusinessId } from '@coursepay/core'
import { sampleId, sampleMessage, sampleOrder } from '@coursepay/core/contracts'
import { beforeAll, beforeEach, expect, it, onTestFinished } from 'vitest'
import type { Database } from '../src/database.js'
import { mysqlDatabases } from './support/mysql-databases.js'
import { describeOnMysql, mysqlTestDatabase } from './support/mysql-server.js'
import { runScript } from './support/processes.js'
import { type TcpProxy, tcpProxy } from './support/tcp-proxy.js'

const test = mysqlTestDatabase()
const open = mysqlDatabases(test)
const unavailable = { status: 'rejected', reason: { code: 'store_unavailable' } }

const message = (number: number) => sampleMessage(1, { id: messageId(sampleId(number)) })
const order = sampleOrder(1, { outBusinessId: outBusinessId('outage') })

const append = (database: Database, number: number) =>
  database.orderUnitOfWork.run(({ outbox }) => outbox.append(message(number)))

const storedMessages = async () => new Set((await test.rows('SELECT id FROM mq_message')).map(({ id }) => String(id)))

async function proxied(): Promise<TcpProxy> {
  const proxy = await tcpProxy(test.host, test.port)
  onTestFinished(() => proxy.close())
  return proxy
}

describeOnMysql('an outage of MySQL', () => {
  beforeAll(async () => {
    await (await open()).migrate()
  })
  beforeEach(async () => {
    for (const table of ['mq_message', 'xc_orders_goods', 'xc_orders']) await test.rows(`DELETE FROM ${table}`)
  })

  it('answers store_unavailable at once while the server is away, and works by itself when it is back', async () => {
    const proxy = await proxied()
    const database = await open({ port: proxy.port })
    await Promise.all(Array.from({ length: 20 }, (_, index) => append(database, index)))
    proxy.cut()
    const before = performance.now()
    const calls = [database.ping(), ...Array.from({ length: 50 }, (_, index) => append(database, 100 + index))]
    for (const call of await Promise.allSettled(calls)) expect(call).toMatchObject(unavailable)
    expect(performance.now() - before).toBeLessThan(2_000)
    proxy.resume()
    await append(database, 200)
    await database.ping()
    expect(await storedMessages()).toHaveLength(21)
  })

  it('opens while the server is away, and works when it has come', async () => {
    const proxy = await proxied()
    proxy.cut()
    const database = await open({ port: proxy.port })
    await expect(database.migrate()).rejects.toMatchObject({ code: 'store_unavailable' })
    proxy.resume()
    await database.migrate()
    await database.ping()
  })

  it('keeps all that it answered, and nothing by halves, when the server goes away under load', async () => {
    const proxy = await proxied()
    const database = await open({ port: proxy.port })
    const answered: number[] = []
    const failures: unknown[] = []
    let next = 0
    let cut = false
    const write = async () => {
      while (answered.length < 600) {
        next += 1
        const number = next
        await database.orderUnitOfWork
          .run(async ({ outbox }) => {
            await outbox.append(message(2 * number))
            await outbox.append(message(2 * number + 1))
          })
          .then(
            () => answered.push(number),
            (failure: unknown) => failures.push(failure),
          )
        if (!cut && answered.length >= 200) {
          cut = true
          proxy.cut()
          await expect(database.ping()).rejects.toMatchObject({ code: 'store_unavailable' })
          proxy.resume()
        }
      }
    }
    await Promise.all(Array.from({ length: 20 }, write))
    expect(failures.length).toBeGreaterThan(0)
    for (const failure of failures) expect(failure).toMatchObject({ code: 'store_unavailable' })
    const stored = await storedMessages()
    const has = (number: number) => [2 * number, 2 * number + 1].map((each) => stored.has(sampleId(each)))
    for (const number of answered) expect(has(number)).toEqual([true, true])
    for (let number = 1; number <= next; number += 1) expect([0, 2]).toContain(has(number).filter(Boolean).length)
  })

  it('writes nothing of a unit whose connection is lost in the middle', async () => {
    const proxy = await proxied()
    const database = await open({ port: proxy.port })
    const unit = database.orderUnitOfWork.run(async ({ orders, outbox }) => {
      await orders.insertOrRead(order)
      proxy.cut()
      await outbox.append(message(1))
    })
    await expect(unit).rejects.toMatchObject({ code: 'store_unavailable' })
    expect(await database.orderStores.orders.find(order.id).catch((error: unknown) => error)).toMatchObject({
      code: 'store_unavailable',
    })
    proxy.resume()
    expect(await database.orderStores.orders.find(order.id)).toBe(null)
  })

  it('gives up a statement that is never answered, and its connection with it', async () => {
    const proxy = await proxied()
    const database = await open({ port: proxy.port, query: 'answerTimeoutMs=150&connectTimeoutMs=150&pool=2' })
    await database.ping()
    proxy.stall()
    const calls = [database.ping(), append(database, 1)]
    for (const call of await Promise.allSettled(calls)) expect(call).toMatchObject(unavailable)
    const before = proxy.connections
    proxy.resume()
    await append(database, 2)
    expect(proxy.connections).toBeGreaterThan(before)
  })

  it('keeps no socket of a connection that was given up', async () => {
    const proxy = await proxied()
    const database = await open({ port: proxy.port, query: 'answerTimeoutMs=150&pool=1' })
    await database.ping()
    const sockets = () => process.getActiveResourcesInfo().filter((resource) => resource === 'TCPSocketWrap').length
    const before = sockets()
    proxy.stall()
    await expect(database.ping()).rejects.toMatchObject({ code: 'store_unavailable' })
    await expect.poll(sockets).toBe(before - 1)
  })

  it('does not run a unit again whose COMMIT was never answered', async () => {
    const proxy = await proxied()
    const database = await open({ port: proxy.port, query: 'answerTimeoutMs=150' })
    let runs = 0
    const unit = database.orderUnitOfWork.run(async ({ outbox }) => {
      runs += 1
      await outbox.append(message(1))
      proxy.stall()
    })
    await expect(unit).rejects.toMatchObject({
      code: 'store_unavailable',
      message: expect.stringContaining('not known'),
    })
    expect(runs).toBe(1)
  })

  it('gives up a server that takes the connection and says nothing', async () => {
    const silent = createServer()
    silent.listen(0, '127.0.0.1')
    await once(silent, 'listening')
    onTestFinished(() => void silent.close())
    const { port } = silent.address() as AddressInfo
    const database = await open({ port, query: 'connectTimeoutMs=100' })
    await expect(database.ping()).rejects.toMatchObject({ code: 'store_unavailable' })
    await expect(database.migrate()).rejects.toMatchObject({ code: 'store_unavailable' })
  })

  it('closes at once while nothing passes', async () => {
    const proxy = await proxied()
    const database = await open({ port: proxy.port })
    await database.ping()
    proxy.stall()
    await database.close()
  })

  it('leaves no socket behind that nothing passes through, so that the process can end', async () => {
    const proxy = await proxied()
    const script = runScript('close-while-stalled.mjs', `${test.url(proxy.port)}?answerTimeoutMs=150`)
    onTestFinished(() => void script.child.kill('SIGKILL'))
    await script.printed(1)
    proxy.stall()
    expect(await script.ending).toEqual({ code: 0, signal: null, output: 'open\nclosed\n' })
  })

  it('replaces connections that the server has ended', async () => {
    const database = await open({ query: 'pool=3' })
    await Promise.all([1, 2, 3].map((number) => append(database, number)))
    const connections = await test.rows('SELECT id FROM information_schema.processlist WHERE user = ?', [test.user])
    expect(connections.length).toBeGreaterThan(0)
    // One of an earlier test may be gone by now.
    for (const { id } of connections) await test.rows(`KILL ${id}`).catch(() => [])
    await expect.poll(() => append(database, 4).then(() => 'stored')).toBe('stored')
  })

  it('lets only so many calls wait for a connection, and none of them for ever', async () => {
    const database = await open({ query: 'pool=1&queue=1', busyTimeoutMs: 100 })
    let finish = () => {}
    const finished = new Promise<void>((resolve) => {
      finish = resolve
    })
    let begun = () => {}
    const begin = new Promise<void>((resolve) => {
      begun = resolve
    })
    const holder = database.orderUnitOfWork.run(async () => {
      begun()
      await finished
    })
    await begin
    const [waiting, refused] = await Promise.allSettled([database.ping(), database.ping()])
    expect(waiting).toMatchObject({ reason: { message: expect.stringContaining('No connection') } })
    expect(refused).toMatchObject({ reason: { message: expect.stringContaining('Too many calls') } })
    finish()
    await holder
    await database.ping()
  })
})
