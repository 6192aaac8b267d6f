import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { sqlStore } from '@coursepay/adapter-sql'
import { chooseCourseId, courseId, OrderType, orderId, outBusinessId, userId } from '@coursepay/core'
import { createConnection } from 'mysql2/promise'
import { describe, expect, it } from 'vitest'
import { mysqlDatabases } from './support/databases.js'
import { findMysql, named } from './support/services.js'

const mysql = await findMysql()
const script = (name: string) =>
  readFileSync(join(import.meta.dirname, '../src/migrate-from-java', `${name}.sql`), 'utf8')

const rows = `
INSERT INTO xc_orders VALUES
  (1001, 99.9, '2024-03-06 16:00:00', '600002', '52', '60201', 'Java', NULL, '[]', '7'),
  (1002, 10, '2024-03-06 16:00:00', '600001', '53', '60201', 'Java', NULL, '[]', '8');
INSERT INTO xc_pay_record VALUES
  (1, 2001, NULL, NULL, 1001, 'Java', 99.9, 'CNY', '2024-03-06 16:00:00', '601001', NULL, '52'),
  (2, 2002, 'A2', 'Alipay', 1001, 'Java', 99.9, 'CNY', '2024-03-06 16:01:00', '601002', '2024-03-06 16:03:00', '52'),
  (3, 2003, 'A3', 'Alipay', 1001, 'Java', 99.9, 'CNY', '2024-03-06 16:02:00', '601002', '2024-03-06 16:05:00', '52');
INSERT INTO xc_choose_course VALUES
  (7, 117, 'Java', '52', 1, '700002', '2024-03-06 16:00:00', 99.9, 365, '701001', '2024-03-06 16:03:00', '2025-03-06 16:03:00', NULL),
  (8, 117, 'Java', '53', 1, '700002', '2024-03-06 16:00:00', 10, 365, '701002', '2024-03-06 16:03:00', '2025-03-06 16:03:00', NULL);
INSERT INTO xc_course_tables VALUES
  (1, 7, '52', 117, 1, 'Java', '700002', '2024-03-06 16:03:00', '2024-03-06 16:03:00', '2025-03-06 16:03:00', NULL, NULL);`

const PAID_AT = Date.parse('2024-03-06T16:03:00+08:00')

/** A store with a prefix, in a database with the Java tables, after the scripts of the guide. */
async function migrate() {
  const databases = await mysqlDatabases(mysql.url)
  const url = await databases.open('java')
  const store = await sqlStore({ url, tablePrefix: 'pay_' }).open()
  const connection = await createConnection({ uri: url, multipleStatements: true })
  const names = ['java-tables', 'copy-paid-orders', 'copy-course-tables']
  const [tables = '', ...copies] = names.map(script)
  for (const sql of [tables, rows, ...copies]) await connection.query(sql)
  return {
    ...store,
    async [Symbol.asyncDispose]() {
      await connection.end()
      await store.close()
      await databases[Symbol.asyncDispose]()
    },
  }
}

describe.skipIf(mysql.missing !== null)(named('the Java tables, copied', mysql), () => {
  it('a paid order keeps its numbers, its amount in fen and its time; a second payment of it is held', async () => {
    await using store = await migrate()
    const order = await store.orderStore.orders.find({ orderType: OrderType.course, outBusinessId: outBusinessId('7') })
    expect(order).toMatchObject({ id: '1001', status: '600002', totalPrice: 9_990 })
    expect(order?.payments).toMatchObject([
      { payNo: '2002', status: '601002', receipt: 'booked', outPayNo: 'A2', paySuccessTime: PAID_AT },
      { payNo: '2003', status: '601002', receipt: 'held' },
    ])
  })

  it('an order that nobody paid is not copied', async () => {
    await using store = await migrate()
    expect(await store.orderStore.orders.find({ id: orderId('1002') })).toBeNull()
  })

  it('a course stands in the course table, with its choice and its end', async () => {
    await using store = await migrate()
    const { entitlements } = store.learningStore
    expect(await entitlements.page(userId('52'), 0, 10)).toMatchObject({
      total: 1,
      entries: [{ chooseCourseId: '7', courseId: '117', validtimeStart: PAID_AT }],
    })
    const found = await entitlements.find({ userId: userId('52'), courseId: courseId('117') })
    expect(found?.choices).toMatchObject([{ id: chooseCourseId('7'), coursePrice: 9_990, retired: null }])
  })
})
