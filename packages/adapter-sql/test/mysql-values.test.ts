import { inspect } from 'node:util'
import { messageId, type OutBusinessId, orderId, type UserId } from '@coursepay/core'
import { systemScheduler } from '@coursepay/core/assembly'
import { sampleCommit, sampleMessage, sampleOrder } from '@coursepay/core/contracts'
import { beforeAll, beforeEach, expect, it, onTestFinished } from 'vitest'
import { ConnectionPool } from '../src/mysql/connection-pool.js'
import { toDriverValue } from '../src/mysql/driver-values.js'
import { readMysqlAddress } from '../src/mysql/mysql-address.js'
import { SERVER_TIME } from '../src/mysql/mysql-syntax.js'
import { raw, sql } from '../src/sql/sql.js'
import { migrateOnce } from './support/migrated.js'
import { describeOnMysql, mysqlTestDatabase } from './support/mysql-server.js'
import { mysqlStores } from './support/mysql-stores.js'

const test = mysqlTestDatabase()
const open = mysqlStores(test)

/** All that a log could show of an error. */
const textOf = (error: unknown) => inspect(error, { depth: 9, showHidden: true })

/** Connections as the stores have them. */
function openPool(): ConnectionPool {
  const pool = new ConnectionPool(readMysqlAddress(test.url()), { scheduler: systemScheduler, busyTimeoutMs: 5_000 })
  onTestFinished(() => pool.close())
  return pool
}

describeOnMysql('values on MySQL', () => {
  beforeAll(async () => {
    await migrateOnce(test.url())
  })
  beforeEach(async () => {
    for (const table of ['mq_message', 'xc_pay_record', 'xc_orders_goods', 'xc_orders']) {
      await test.rows(`DELETE FROM ${table}`)
    }
  })

  it('the largest 63-bit id is kept to its last digit, and a small one too', async () => {
    const { orders, outbox } = (await open()).orderStore
    for (const [count, id] of ['9223372036854775807', '7'].entries()) {
      const order = sampleOrder(count, { id: orderId(id) })
      const message = sampleMessage(1, { id: messageId(id) })
      expect(await orders.commit(sampleCommit(null, order, { messages: [message] }))).toBe('committed')
      expect(await orders.find({ id: order.id })).toEqual(order)
      expect((await outbox.claim(1, 100_000))[0]?.message).toEqual(message)
    }
  })

  it('a value that is too long is refused, and never cut', async () => {
    const { orders } = (await open()).orderStore
    const order = sampleOrder(1, { outBusinessId: 'x'.repeat(65) as OutBusinessId })
    await expect(orders.commit(sampleCommit(null, order))).rejects.toMatchObject({ code: 'store_unavailable' })
    expect(await test.rows('SELECT id FROM xc_orders')).toEqual([])
  })

  it('an error shows no buyer’s data, nor does its cause', async () => {
    const { orders } = (await open()).orderStore
    const order = sampleOrder(1, { orderName: 'secret-wish', userId: 'buyer-7'.padEnd(70, 'x') as UserId })
    const failure = await orders.commit(sampleCommit(null, order)).catch((error: unknown) => error)
    expect(failure).toMatchObject({ code: 'store_unavailable' })
    expect(textOf(failure)).toMatch(/MysqlFailure: ER_/)
    expect(textOf(failure)).not.toMatch(new RegExp(`sampleToken|secret-wish|buyer-7|${test.user}|insert into`, 'i'))
  })

  it('each session has READ COMMITTED, strict values, short waits and byte-wise letters', async () => {
    const names = ['wait_timeout', 'innodb_lock_wait_timeout', 'autocommit', 'collation_connection', 'sql_mode']
    const question = `SHOW VARIABLES WHERE variable_name LIKE '%_isolation' OR variable_name IN ('${names.join("', '")}')`
    const [rows = []] = await openPool().use((connection) => connection.query([raw(question)]))
    const settings = Object.fromEntries(rows.map((row) => [row.Variable_name, row.Value]))
    expect(settings).toMatchObject({
      wait_timeout: '10',
      innodb_lock_wait_timeout: '1',
      autocommit: 'ON',
      collation_connection: 'utf8mb4_bin',
      sql_mode: expect.stringContaining('STRICT_ALL_TABLES'),
    })
    expect(settings.tx_isolation ?? settings.transaction_isolation).toBe('READ-COMMITTED')
  })

  it('time is the server’s clock, in whole milliseconds, whatever its time zone is', async () => {
    const question = sql`SELECT ${SERVER_TIME} AS now`
    const pool = openPool()
    const times = await pool.use(async (connection) => {
      const answers: unknown[] = []
      for (const zone of ['+00:00', '+08:00', '-11:00']) {
        await connection.query([sql`SET SESSION time_zone = ${zone}, timestamp = 1767323045.678`])
        answers.push(...(await connection.query([question])))
      }
      return answers
    })
    expect(times).toEqual(Array(3).fill([{ now: '1767323045678' }]))
  })

  it('a lease goes by the server’s clock', async () => {
    const { orders, outbox } = (await open()).orderStore
    await orders.commit(sampleCommit(null, sampleOrder(), { messages: [sampleMessage()] }))
    await outbox.claim(1, 90_000)
    const [row] = await test.rows('SELECT available_at - create_date AS lease FROM mq_message')
    expect(Number(row?.lease)).toBeGreaterThanOrEqual(90_000)
    expect(Number(row?.lease)).toBeLessThan(150_000)
  })

  it('nothing is sent in clear when the address asks for TLS', async () => {
    await expect(open({ query: 'tls=on' })).rejects.toMatchObject({
      code: expect.stringMatching(/^(store_unavailable|invalid_request)$/),
      // The second, where the server has TLS, but a certificate that nobody signed.
      message: expect.stringMatching(/offers no TLS|certificate of the database server is not trusted/),
    })
  })
})

it('a number that is not whole is refused', () => {
  expect(() => toDriverValue(0.5)).toThrow(TypeError)
  expect(() => toDriverValue(2 ** 53)).toThrow(TypeError)
})

it('numbers are sent as 64-bit integers, and bytes without a copy', () => {
  expect(toDriverValue(7)).toMatchObject({ type: 8, value: 7n })
  expect(toDriverValue(2n ** 63n - 1n)).toMatchObject({ type: 8, value: 2n ** 63n - 1n })
  expect(toDriverValue(Uint8Array.of(1, 2, 3).subarray(1))).toEqual(Buffer.of(2, 3))
})
