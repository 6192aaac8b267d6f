import { chooseCourseId, courseId, messageId, orderId, outBusinessId, payNo, payToken, userId } from '@coursepay/core'
import type { OrderFilter } from '@coursepay/core/ports'
import type { RowDataPacket } from 'mysql2'
import type { Connection } from 'mysql2/promise'
import { afterEach, beforeAll, expect, it } from 'vitest'
import type { OpenedSqlStore } from '../src/sql-store.js'
import { sqlStore } from '../src/sql-store.js'
import { fillTables } from './support/fill-tables.js'
import { describeOnMysql, mysqlTestDatabase } from './support/mysql-server.js'
import { searchFilters } from './support/search-filters.js'
import { watchStatements } from './support/statements.js'

const test = mysqlTestDatabase()
const opened: OpenedSqlStore[] = []

async function open(): Promise<OpenedSqlStore> {
  const store = await sqlStore({ url: test.url() }).open()
  opened.push(store)
  return store
}

async function planOf(connection: Connection, query: string, values: readonly unknown[]): Promise<string[]> {
  const [plan] = await connection.execute<RowDataPacket[]>(`EXPLAIN FORMAT=TRADITIONAL ${query}`, [...values] as never)
  return plan.map(({ type, key, Extra }) => `${type}, ${key}, ${Extra}`)
}

/** Of the statements that read or change rows by a condition. */
async function plansOf(connection: Connection, statements: ReturnType<typeof watchStatements>): Promise<string[]> {
  const conditional = statements.filter(({ query }) => /^(select|update|delete)\b/i.test(query))
  const plans = await Promise.all(
    conditional.map(async ({ query, values }) => {
      const steps = await planOf(connection, query, values)
      return steps.map((step) => `${step} in ${query}`)
    }),
  )
  return plans.flat()
}

const NOT_BY_INDEX = /^ALL,|filesort|temporary/i

describeOnMysql('query plans on MySQL', () => {
  beforeAll(async () => {
    await (await open()).close()
  })
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((store) => store.close()))
  })

  it.each([900, 5_000, 30_000])('a claim among %i messages reads the index in its order', async (count) => {
    const connection = await test.connect()
    await fillTables(connection, { mq_message: count })
    const { orderStore } = await open()
    const statements = watchStatements()
    expect(await orderStore.outbox.claim(100, 60_000)).toHaveLength(100)
    const find = statements.filter(({ query }) => query.includes('FOR UPDATE SKIP LOCKED'))
    expect(find).toHaveLength(1)
    for (const plan of await plansOf(connection, find)) {
      expect(plan).toMatch(/^(ref|range), mq_message_by_dead_at_available_at_id, (?!.*(filesort|temporary))/)
    }
  })

  it('a claim leaves every message that it does not take to others', async () => {
    const connection = await test.connect()
    await fillTables(connection, { mq_message: 900 })
    await connection.query('SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED')
    const { orderStore } = await open()
    const statements = watchStatements()
    await orderStore.outbox.claim(100, 60_000)
    const [find] = statements.filter(({ query }) => query.includes('FOR UPDATE SKIP LOCKED'))
    await connection.query('UPDATE mq_message SET available_at = create_date')
    await connection.query('BEGIN')
    await connection.query(find?.query ?? '')
    expect(await orderStore.outbox.claim(800, 60_000)).toHaveLength(800)
    await connection.query('ROLLBACK')
  })

  it.each(searchFilters)('a search by $name is served by an index in its order', async ({ filter }) => {
    const connection = await test.connect()
    await fillTables(connection, { xc_orders: 900, xc_pay_record: 900 })
    const { orderStore } = await open()
    const statements = watchStatements()
    await orderStore.views.search(filter as OrderFilter, null, 20)
    await orderStore.views.search(filter as OrderFilter, { createDate: 500, id: orderId('500') }, 20)
    const searches = statements.filter(({ query }) => /^SELECT (id, create_date|order_id) FROM/.test(query))
    const plans = await plansOf(connection, searches)
    expect(plans.length).toBeGreaterThan(1)
    expect(plans.filter((plan) => NOT_BY_INDEX.test(plan))).toEqual([])
  })

  it('orders, choices, courses and handled messages are found by their keys, however many are asked for', async () => {
    const connection = await test.connect()
    await fillTables(connection, {
      ...{ xc_orders: 900, xc_pay_record: 900, refund: 900, handled_message: 900 },
      ...{ xc_choose_course: 900, xc_course_tables: 900, course_publish: 900 },
    })
    const { orderStore, learningStore } = await open()
    const statements = watchStatements()
    const { entitlements, catalogue } = learningStore
    for (const count of [1, 5]) {
      const numbers = Array.from({ length: count }, (_, index) => index + 1)
      await Promise.all(
        numbers.flatMap((n) => [
          orderStore.orders.find({ id: orderId(String(n)) }),
          orderStore.orders.find({ payNo: payNo(String(n)) }),
          orderStore.orders.find({ token: payToken(`v${n}`) }),
          orderStore.orders.find({ orderType: '60201', outBusinessId: outBusinessId(`v${n}`) }),
          entitlements.find({ id: chooseCourseId(String(n)) }),
          entitlements.find({ userId: userId(`v${n}`), courseId: courseId(`v${n}`) }),
          entitlements.find({ grantKey: `v${n}` }),
          entitlements.isHandled('v', messageId(String(n))),
          catalogue.find(courseId(`v${n}`)),
        ]),
      )
    }
    const plans = await plansOf(connection, statements)
    expect(plans.length).toBeGreaterThan(30)
    expect(plans.filter((plan) => NOT_BY_INDEX.test(plan))).toEqual([])
  })

  it('lists, schedules, the ledger and retention are served by indexes in their order', async () => {
    const connection = await test.connect()
    await fillTables(connection, {
      ...{ xc_orders: 900, xc_pay_record: 900, refund: 900, mq_message: 900, evidence_journal: 900 },
      ...{ poll_schedule: 900, query_slot: 900, operator_action: 900, handled_message: 900, xc_choose_course: 900 },
    })
    const store = await open()
    const { views, schedule, ledger, journal, operatorLog, outbox } = store.orderStore
    const statements = watchStatements()
    await views.pageOf(userId('v7'), 0, 10)
    await views.openRefunds(50)
    await views.heldPayments(50)
    await schedule.listDue('poll', 1e12, 50)
    await schedule.polledOf([payNo('7'), payNo('8')])
    await schedule.tryAcquireQuerySlot(payNo('7'), 1e12, 1e12)
    await schedule.reschedule({ purpose: 'poll', payNo: payNo('7'), outRequestNo: '', dueAt: 1 }, null)
    await ledger.paidWithin({ from: 1, to: 100 }, { limit: 10, after: null })
    await ledger.refundedWithin({ from: 1, to: 100 }, { limit: 10, after: null })
    await ledger.paymentsOf([payNo('7')])
    await ledger.refundsOf([payNo('7')])
    await journal.listOf('v7')
    await operatorLog.listOf('v7', 10)
    await operatorLog.listOf('7', 10)
    await operatorLog.listOf(null, 10)
    await outbox.deadLetters(50)
    await store.learningStore.entitlements.listWaiting(1e12, null, 50)
    for (const kind of ['evidence', 'dead_letter', 'query_slot', 'handled_message'] as const) {
      await store.retention.deleteBefore(kind, 100, 20)
    }
    const plans = await plansOf(connection, statements)
    expect(plans.length).toBeGreaterThan(20)
    expect(plans.filter((plan) => NOT_BY_INDEX.test(plan))).toEqual([])
  })
})
