import { inspect } from 'node:util'
import {
  messageId,
  type OutBusinessId,
  orderId,
  outBusinessId,
  payNo,
  systemScheduler,
  type UserId,
  userId,
} from '@coursepay/core'
import { sampleMessage, sampleOrder, samplePayRecord } from '@coursepay/core/contracts'
import { beforeAll, beforeEach, expect, it, onTestFinished } from 'vitest'
import { ConnectionPool } from '../src/mysql/connection-pool.js'
import { bound } from '../src/mysql/dialect.js'
import { toDriverValue } from '../src/mysql/driver-values.js'
import { readMysqlAddress } from '../src/mysql/mysql-address.js'
import { statement } from '../src/sql/statement.js'
import { mysqlDatabases } from './support/mysql-databases.js'
import { describeOnMysql, mysqlTestDatabase } from './support/mysql-server.js'

const test = mysqlTestDatabase()
const open = mysqlDatabases(test)

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
    await (await open()).migrate()
  })
  beforeEach(async () => {
    for (const table of ['mq_message', 'xc_pay_record', 'xc_orders_goods', 'xc_orders']) {
      await test.rows(`DELETE FROM ${table}`)
    }
  })

  it('keeps the largest 63-bit id to its last digit', async () => {
    const { orderStores } = await open()
    const order = sampleOrder(1, { id: orderId('9223372036854775807') })
    const payRecord = samplePayRecord(order, 1, { payNo: payNo('9007199254740993') })
    const message = sampleMessage(1, { id: messageId('9007199254740995') })
    await orderStores.orders.insertOrRead(order)
    await orderStores.payRecords.insert(payRecord)
    await orderStores.outbox.append(message)
    expect(await orderStores.orders.find(order.id)).toEqual(order)
    expect(await orderStores.payRecords.listOf(order.id)).toEqual([payRecord])
    const [claimed] = await orderStores.outbox.claim(1, 1_000)
    expect(claimed?.message).toEqual(message)
  })

  it('keeps a small id too', async () => {
    const { orders } = (await open()).orderStores
    const order = sampleOrder(1, { id: orderId('7') })
    await orders.insertOrRead(order)
    expect(await orders.find(order.id)).toEqual(order)
  })

  it('tells ids apart that differ in the case of a letter', async () => {
    const { orders } = (await open()).orderStores
    const [upper, lower] = [
      sampleOrder(1, { outBusinessId: outBusinessId('ABC'), userId: userId('Ann') }),
      sampleOrder(2, { outBusinessId: outBusinessId('abc'), userId: userId('ann') }),
    ]
    expect((await orders.insertOrRead(upper)).inserted).toBe(true)
    expect((await orders.insertOrRead(lower)).inserted).toBe(true)
    expect(await orders.findBy({ outBusinessId: outBusinessId('abc') })).toEqual(lower)
  })

  it('refuses what is too long, and cuts nothing', async () => {
    const { orders } = (await open()).orderStores
    const order = sampleOrder(1, { outBusinessId: 'x'.repeat(65) as OutBusinessId })
    await expect(orders.insertOrRead(order)).rejects.toMatchObject({ code: 'store_unavailable' })
    expect(await test.rows('SELECT id FROM xc_orders')).toEqual([])
  })

  it('shows no token and no buyer’s data in an error, nor in its cause', async () => {
    const { orders, payRecords } = (await open()).orderStores
    const order = sampleOrder(1, { orderName: 'buyers-secret-wish' })
    const payRecord = samplePayRecord(order)
    await orders.insertOrRead(order)
    await payRecords.insert(payRecord)
    const failures = [
      await payRecords.insert({ ...payRecord, payNo: payNo('5') }).catch((error: unknown) => error),
      await orders
        .insertOrRead(sampleOrder(2, { ...order, userId: 'buyer-7'.padEnd(70, 'x') as UserId }))
        .catch((error: unknown) => error),
    ]
    expect(failures).toMatchObject([{ code: 'state_conflict' }, { code: 'store_unavailable' }])
    for (const failure of failures) {
      expect(textOf(failure)).toMatch(/MysqlFailure: ER_/)
      expect(textOf(failure)).not.toMatch(new RegExp(`${payRecord.token}|secret-wish|buyer-7|${test.user}|insert into`))
    }
  })

  it('sets each connection to READ COMMITTED, strict values, our patience and byte-wise letters', async () => {
    const names = ['innodb_lock_wait_timeout', 'autocommit', 'collation_connection', 'sql_mode']
    const question = `SHOW VARIABLES WHERE variable_name LIKE '%_isolation' OR variable_name IN ('${names.join("', '")}')`
    const answer = await openPool().use((connection) => connection.execute({ sql: question, values: [] }))
    const rows = 'affectedRows' in answer ? [] : answer
    const settings = Object.fromEntries(rows.map((row) => [row.Variable_name, row.Value]))
    expect(settings).toMatchObject({
      innodb_lock_wait_timeout: '2',
      autocommit: 'ON',
      collation_connection: 'utf8mb4_bin',
      sql_mode: expect.stringContaining('STRICT_ALL_TABLES'),
    })
    expect(settings.tx_isolation ?? settings.transaction_isolation).toBe('READ-COMMITTED')
  })

  it('goes by the server’s clock, in whole milliseconds, whatever its time zone is', async () => {
    const question = bound(
      statement(({ sql, now }) => sql.select(sql.raw('? as now', [now]))),
      {},
    )
    const pool = openPool()
    const times = await pool.use(async (connection) => {
      const answers: unknown[] = []
      for (const zone of ['+00:00', '+08:00', '-11:00']) {
        await connection.command(`SET SESSION time_zone = '${zone}', timestamp = 1767323045.678`)
        answers.push(await connection.execute(question))
      }
      return answers
    })
    expect(times).toEqual(Array(3).fill([{ now: '1767323045678' }]))
  })

  it('leases by the server’s clock', async () => {
    const { outbox } = (await open()).orderStores
    await outbox.append(sampleMessage())
    await outbox.claim(1, 90_000)
    const [row] = await test.rows('SELECT available_at - create_date AS lease FROM mq_message')
    expect(Number(row?.lease)).toBeGreaterThanOrEqual(90_000)
    expect(Number(row?.lease)).toBeLessThan(150_000)
  })

  it('sends nothing in clear when the address asks for TLS', async () => {
    const database = await open({ query: 'tls=on' })
    await expect(database.ping()).rejects.toMatchObject({
      code: 'store_unavailable',
      // The second, where the server has TLS, but a certificate that nobody signed.
      message: expect.stringMatching(/offers no TLS|certificate of the database server is not trusted/),
    })
  })
})

it('refuses a number that is not whole', () => {
  expect(() => toDriverValue(0.5)).toThrow(TypeError)
  expect(() => toDriverValue(2 ** 53)).toThrow(TypeError)
})

it('sends numbers as 64-bit integers, and bytes without a copy', () => {
  expect(toDriverValue(7)).toMatchObject({ type: 8, value: 7n })
  expect(toDriverValue(2n ** 63n - 1n)).toMatchObject({ type: 8, value: 2n ** 63n - 1n })
  expect(toDriverValue(Uint8Array.of(1, 2, 3).subarray(1))).toEqual(Buffer.of(2, 3))
})
