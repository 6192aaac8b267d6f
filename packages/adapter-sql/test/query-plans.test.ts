import { CheckoutError, orderId, outBusinessId, payNo, systemClock, systemScheduler } from '@coursepay/core'
import {
  sampleChoice,
  sampleCourse,
  sampleEvidence,
  sampleMessage,
  sampleOrder,
  samplePayRecord,
  sampleRefund,
  sampleTableEntry,
  sampleUserId,
} from '@coursepay/core/contracts'
import SqliteDriver from 'better-sqlite3'
import { expect, it } from 'vitest'
import type { Database } from '../src/database.js'
import { databaseOn, openDatabase } from '../src/open-database.js'
import { setUp } from '../src/sqlite/connections.js'
import { sqliteEngine } from '../src/sqlite/sqlite-engine.js'
import { temporaryDatabaseFile } from './support/temporary-folder.js'

const order = sampleOrder()
const payRecord = samplePayRecord(order)
const claimed = { message: sampleMessage(), token: 'token', attempts: 0, claims: 1 }

/** Each call of each store that looks something up. */
async function callEverything({ orderStores, learningStores, catalogue, idGenerator }: Database): Promise<void> {
  const { orders, payRecords, refunds, outbox, journal } = orderStores
  const { choices, courseTable, handled } = learningStores
  await orders.insertOrRead(order)
  await orders.findByBusiness(outBusinessId('b'))
  await orders.change(orderId('1'), { from: '600001', to: '600002' })
  await orders.listOverdue(0, 1)
  await payRecords.find({ payNo: payNo('1') })
  await payRecords.find({ token: payRecord.token })
  await payRecords.listOf(order.id)
  await payRecords.change(payRecord.payNo, { from: '601001', to: '601002' })
  await payRecords.takeQueryTurn(payRecord.payNo, 1, 2)
  await refunds.open(sampleRefund(payRecord))
  await refunds.listOf(order.id)
  await refunds.claimDue(1, 1)
  await refunds.finish(sampleRefund(payRecord).id, 'failed', 1)
  await outbox.claim(1, 1)
  await outbox.delivered(claimed)
  await outbox.postpone(claimed, { delayMs: 1, reason: '', countsAsAttempt: true })
  await outbox.park(claimed, '')
  await journal.record(sampleEvidence())
  await journal.listOf('1')
  await choices.insertOrRead(sampleChoice())
  await choices.findCurrent(sampleUserId, sampleCourse().courseId)
  await choices.grant(sampleChoice())
  await choices.retire(sampleChoice().id)
  await courseTable.put(sampleTableEntry(sampleChoice()))
  await courseTable.page(sampleUserId, 0, 1)
  await handled.takeOnce('consumer', sampleMessage().id, 1)
  await catalogue.find(sampleCourse().courseId)
  await idGenerator.nextId()
}

it('serves every statement by an index that also fits its order', async () => {
  const file = temporaryDatabaseFile()
  const statements = new Set<string>()
  const log = { timeout: 0, verbose: (sql?: unknown) => void statements.add(String(sql)) }
  const connections = { writer: new SqliteDriver(file, log), reader: new SqliteDriver(file, log) }
  setUp(connections.writer)
  const options = { file, temporary: false, clock: systemClock, scheduler: systemScheduler, busyTimeoutMs: 5_000 }
  const database = databaseOn(sqliteEngine(connections, options), systemScheduler)
  await database.migrate()
  statements.clear()
  await callEverything(database)
  const queries = [...statements].filter((sql) => /^(select|update|delete|insert)/.test(sql))
  expect(queries.length).toBeGreaterThan(30)
  for (const sql of queries) {
    // A thousand worker numbers at most, read once for each process.
    if (sql.includes('worker_lease')) continue
    const plan = connections.writer.prepare<[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`).all()
    for (const { detail } of plan) expect(`${detail} in ${sql}`).not.toMatch(/^(SCAN|USE TEMP B-TREE)/)
  }
  await database.close()
})

it('answers a call before the migration with what is to be done', async () => {
  const file = temporaryDatabaseFile()
  const database = await openDatabase({ url: `sqlite:${file}` })
  const failure = await database.orderStores.orders.find(order.id).catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(CheckoutError)
  expect(failure).toMatchObject({ code: 'store_unavailable', message: expect.stringContaining('migrate') })
  await database.close()
})
