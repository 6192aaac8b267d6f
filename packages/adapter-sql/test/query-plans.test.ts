import { CheckoutError, systemClock, systemScheduler } from '@coursepay/core'
import { sampleOrder } from '@coursepay/core/contracts'
import SqliteDriver from 'better-sqlite3'
import { expect, it } from 'vitest'
import { databaseOn, openDatabase } from '../src/open-database.js'
import { setUp } from '../src/sqlite/connections.js'
import { sqliteEngine } from '../src/sqlite/sqlite-engine.js'
import { callEverything } from './support/call-everything.js'
import { temporaryDatabaseFile } from './support/temporary-folder.js'

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
    for (const { detail } of plan) expect(`${detail} in ${sql}`).not.toMatch(/^(SCAN (?!CONSTANT ROW)|USE TEMP B-TREE)/)
  }
  await database.close()
})

it('answers a call before the migration with what is to be done', async () => {
  const file = temporaryDatabaseFile()
  const database = await openDatabase({ url: `sqlite:${file}` })
  const failure = await database.orderStores.orders.find(sampleOrder().id).catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(CheckoutError)
  expect(failure).toMatchObject({ code: 'store_unavailable', message: expect.stringContaining('migrate') })
  await database.close()
})
