import { existsSync, readFileSync, statSync } from 'node:fs'
import SqliteDriver from 'better-sqlite3'
import type { DatabaseMigrationTarget } from '../schema/migration-target.js'
import {
  applyMissingMigrations,
  MIGRATION_TABLE_NAME,
  type OnMigrationProgress,
  readAndCheckAppliedMigrations,
} from '../schema/migrations.js'
import type { RetryPolicy } from '../sql/retry-policy.js'
import { storeUnavailableError } from '../sql/store-errors.js'
import { type Connection, configureConnection } from './database-file.js'
import { retryWhenBusy, toCheckoutError } from './sqlite-errors.js'

/**
 * Brings the tables up to date, in one transaction that begins with the write lock: of several processes that start at
 * once one migrates and the others find it done; one killed in the middle leaves nothing.
 */
export async function migrate(
  { file, tablePrefix, ...retry }: RetryPolicy & { readonly file: string; readonly tablePrefix: string },
  onProgress: OnMigrationProgress,
): Promise<void> {
  const connection = new SqliteDriver(file, { timeout: 0 })
  try {
    await retryWhenBusy(retry, () => {
      configureConnection(connection)
      // A step may drop a table that others reference, and put another in its place: references are checked at the end.
      connection.pragma('foreign_keys = OFF')
      connection.exec('BEGIN IMMEDIATE')
    })
    await applyMissingMigrations(createSqliteMigrationTarget(connection, tablePrefix), onProgress)
    const broken = connection.pragma('foreign_key_check') as readonly unknown[]
    if (broken.length > 0)
      throw storeUnavailableError(
        `The migration would leave ${broken.length} rows without the row that they refer to, so nothing was changed. Remove them first.`,
      )
    connection.exec('COMMIT')
  } catch (error) {
    throw toCheckoutError(error)
  } finally {
    connection.close()
  }
}

export function createSqliteMigrationTarget(connection: Connection, prefix: string): DatabaseMigrationTarget {
  const columnsOf = (table: string) =>
    connection.prepare<[string], string>('SELECT name FROM pragma_table_info(?)').pluck().all(table)
  const table = prefix + MIGRATION_TABLE_NAME
  return {
    dialect: 'sqlite',
    prefix,
    run: async (sql) => void connection.exec(sql),
    columnsOf: async (name) => columnsOf(name),
    hasColumn: async (name, column) => columnsOf(name).includes(column),
    hasIndex: async (_table, name) =>
      connection.prepare("SELECT 1 FROM sqlite_master WHERE type = 'index' AND name = ?").get(name) !== undefined,
    appliedMigrations: async () =>
      columnsOf(table).length === 0 ? [] : connection.prepare<[], string>(`SELECT name FROM ${table}`).pluck().all(),
  }
}

/** Outcome: the names of the steps that were applied to the file. Changes nothing. */
export async function readAppliedMigrations(file: string, tablePrefix: string): Promise<readonly string[]> {
  try {
    const connection = openReadOnly(file)
    try {
      return await readAndCheckAppliedMigrations(createSqliteMigrationTarget(connection, tablePrefix))
    } finally {
      connection.close()
    }
  } catch (error) {
    throw toCheckoutError(error)
  }
}

/** Above this a file is opened in its place. */
const MAX_IN_MEMORY_COPY_BYTES = 256 * 1024 * 1024
/** Where a file says that it has a write-ahead log; a copy in memory has none. */
const JOURNAL_MODE_OFFSETS = [18, 19]
const ROLLBACK_JOURNAL_BYTE = 1

/**
 * The first reader of a file creates the files of its write-ahead log, owned by the user who runs it; the server might
 * then not open its own database. So a file that nobody has open is read into memory.
 */
function openReadOnly(file: string): Connection {
  if (existsSync(`${file}-wal`) || statSync(file).size > MAX_IN_MEMORY_COPY_BYTES)
    return new SqliteDriver(file, { readonly: true })
  const copy = readFileSync(file)
  for (const index of JOURNAL_MODE_OFFSETS) if (copy.length > index) copy[index] = ROLLBACK_JOURNAL_BYTE
  return new SqliteDriver(copy)
}
