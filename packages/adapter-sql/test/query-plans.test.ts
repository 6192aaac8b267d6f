import { chooseCourseId, courseId, messageId, orderId, outBusinessId, payNo, payToken, userId } from '@coursepay/core'
import { systemClock, systemScheduler } from '@coursepay/core/assembly'
import { sampleOrder } from '@coursepay/core/contracts'
import SqliteDriver from 'better-sqlite3'
import { expect, it } from 'vitest'
import { storeOn } from '../src/sql-store.js'
import { configureConnection } from '../src/sqlite/database-file.js'
import { createFileIfAbsent, FileReplacementDetector } from '../src/sqlite/file-identity.js'
import { createEngineOnOpenFile } from '../src/sqlite/sqlite-engine.js'
import { searchFilters } from './support/search-filters.js'
import { temporaryDatabaseFile } from './support/temporary-folder.js'

/** A store whose statements are noted as they are run, with their values in them. */
async function openNoted() {
  const file = temporaryDatabaseFile()
  const statements = new Set<string>()
  const log = { timeout: 0, verbose: (sql?: unknown) => void statements.add(String(sql)) }
  createFileIfAbsent(file)
  const database = { connection: new SqliteDriver(file, log), identity: new FileReplacementDetector(file) }
  configureConnection(database.connection)
  const policy = { clock: systemClock, scheduler: systemScheduler, busyTimeoutMs: 5_000 }
  const options = { ...policy, file, temporary: false, tablePrefix: '' }
  const engine = createEngineOnOpenFile(database, options)
  await engine.migrate(() => {})
  statements.clear()
  /** The steps of all plans that read a whole table or sort. */
  const costlySteps = () =>
    [...statements]
      .filter((sql) => /^(select|update|delete)\b/i.test(sql) && !/worker_lease|coursepay_migration/.test(sql))
      .flatMap((sql) => {
        const plan = database.connection.prepare<[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`).all()
        return plan.map(({ detail }) => `${detail} in ${sql}`)
      })
      .filter((step) => /^(SCAN (?!.*USING (COVERING )?INDEX|CONSTANT ROW)|USE TEMP B-TREE)/.test(step))
  return { store: storeOn(engine), statements, costlySteps }
}

it.each(searchFilters)('a search by $name is served by an index in its order', async ({ filter }) => {
  const { store, statements, costlySteps } = await openNoted()
  await store.orderStore.views.search(filter, null, 20)
  await store.orderStore.views.search(filter, { createDate: 500, id: orderId('500') }, 20)
  expect(statements.size).toBeGreaterThan(0)
  expect(costlySteps()).toEqual([])
  await store.close()
})

it.each([1, 2, 64])(
  '%d look-ups at the same time are one statement for each kind of key, served by indexes',
  async (count) => {
    const { store, statements, costlySteps } = await openNoted()
    const { orders, schedule } = store.orderStore
    const { entitlements } = store.learningStore
    const ids = Array.from({ length: count }, (_, index) => String(index + 1))
    const lookups: ((id: string) => Promise<unknown>)[] = [
      (id) => orders.find({ id: orderId(id) }),
      (id) => orders.find({ payNo: payNo(id) }),
      (id) => orders.find({ token: payToken(id) }),
      (id) => orders.find({ outBusinessId: outBusinessId(id), orderType: '60201' }),
      (id) => entitlements.find({ userId: userId(id), courseId: courseId(id) }),
      (id) => entitlements.find({ id: chooseCourseId(id) }),
      (id) => entitlements.find({ grantKey: id }),
      (id) => entitlements.isHandled('grants', messageId(id)),
    ]
    await Promise.all(lookups.flatMap((find) => ids.map(find)))
    expect(statements.size).toBe(lookups.length)
    // It writes too, so that its statements are more.
    await Promise.all(ids.map((id) => schedule.tryAcquireQuerySlot(payNo(id), 1, 2)))
    expect(costlySteps()).toEqual([])
    await store.close()
  },
)

it('orders, lists, schedules, the ledger and retention are served by indexes in their order', async () => {
  const { store, statements, costlySteps } = await openNoted()
  const { orders, views, schedule, ledger, journal, operatorLog, outbox } = store.orderStore
  const { entitlements } = store.learningStore
  const order = sampleOrder()
  await orders.find({ id: order.id })
  await orders.find({ payNo: payNo('7') })
  await orders.findMany([order.id])
  await orders.listOverdue(1, 10)
  await outbox.claim(10, 1_000)
  await outbox.deadLetters(50)
  await views.pageOf(userId('v7'), 0, 10)
  await views.openRefunds(50)
  await views.heldPayments(50)
  await views.counts()
  await schedule.listDue('poll', 1, 50)
  await schedule.polledOf([payNo('7'), payNo('8')])
  await schedule.tryAcquireQuerySlot(payNo('7'), 1, 2)
  await schedule.tryAcquireQuerySlot(payNo('7'), 3, 4)
  await ledger.paidWithin({ from: 1, to: 100 }, { limit: 10, after: null })
  await ledger.refundedWithin({ from: 1, to: 100 }, { limit: 10, after: null })
  await ledger.paymentsOf([payNo('7')])
  await ledger.refundsOf([payNo('7')])
  await journal.listOf('v7')
  await operatorLog.listOf('7', 10)
  await operatorLog.listOf(null, 10)
  await entitlements.page(userId('v7'), 0, 10)
  await entitlements.listWaiting(1, null, 10)
  for (const kind of ['evidence', 'dead_letter', 'query_slot', 'handled_message'] as const) {
    await store.retention.deleteBefore(kind, 100, 20)
  }
  expect(statements.size).toBeGreaterThan(25)
  expect(costlySteps()).toEqual([])
  await store.close()
})
