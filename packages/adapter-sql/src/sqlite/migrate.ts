import type { Database } from 'better-sqlite3'
import knex, { type Knex } from 'knex'
import { newerVersion, type OnMigrationProgress, silentLog, takeSteps } from '../schema/migrations.js'
import type { RetryPolicy } from '../sql/retry-policy.js'
import { setUp } from './connections.js'
import { retryWhenBusy } from './retry-when-busy.js'
import { unavailable } from './sqlite-errors.js'

/**
 * Brings the tables up to date, in one transaction that begins with the write lock: of several processes that start at
 * once one migrates and the others find it done; one killed in the middle leaves nothing, not even knex's own lock row.
 */
export async function migrate(
  { file, tablePrefix, ...retry }: RetryPolicy & { readonly file: string; readonly tablePrefix: string },
  onProgress: OnMigrationProgress,
): Promise<void> {
  const database = knex({
    client: 'better-sqlite3',
    connection: { filename: file },
    useNullAsDefault: true,
    log: silentLog,
    pool: { afterCreate: prepareConnection },
  })
  try {
    await retryWhenBusy(retry, () =>
      database.transaction(async (transaction) => {
        await takeSteps(transaction, { dialect: 'sqlite', prefix: tablePrefix }, onProgress)
        await checkReferences(transaction)
      }),
    )
  } catch (error) {
    throw explain(error)
  } finally {
    await database.destroy()
  }
}

/**
 * A step may drop a table that others reference, and put another in its place: references are checked at the end.
 * knex begins transactions deferred: those fail at once when another process writes between their reads and writes.
 */
function prepareConnection(connection: Database, done: (error: unknown, connection: Database) => void): void {
  try {
    setUp(connection)
    connection.pragma('foreign_keys = OFF')
    const prepare = connection.prepare.bind(connection)
    connection.prepare = ((sql: string) => prepare(sql === 'BEGIN;' ? 'BEGIN IMMEDIATE;' : sql)) as typeof prepare
    done(null, connection)
  } catch (error) {
    done(error, connection)
  }
}

async function checkReferences(transaction: Knex): Promise<void> {
  const broken: readonly unknown[] = await transaction.raw('PRAGMA foreign_key_check')
  if (broken.length > 0) throw unavailable(`The migration would leave ${broken.length} rows without their owners.`)
}

function explain(error: unknown): unknown {
  return newerVersion(error instanceof Error && error.cause instanceof Error ? error.cause : error) ?? error
}
