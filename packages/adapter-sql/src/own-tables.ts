import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import knex, { type Knex } from 'knex'
import type { Connection } from 'mysql2'
import { readDatabaseAddress } from './database-address.js'
import { driverOptions, SESSION_SETUP_STATEMENTS } from './mysql/driver-options.js'
import { toSetupError } from './mysql/mysql-failure.js'
import { createTableStatements, type TableDefinition } from './schema/table-definition.js'
import { toCheckoutError } from './sqlite/sqlite-errors.js'

/**
 * Opens a knex for tables of a service's own, on a `DATABASE_URL` as `sqlStore` reads it, and makes the tables that
 * are missing. Keys are compared byte by byte on every database. Throws `invalid_request` for an address that is none,
 * and `invalid_request` or `store_unavailable` as `sqlStore` does for a database that cannot be used.
 */
export async function openOwnTables(url: string, tables: readonly TableDefinition[]): Promise<Knex> {
  const database = openKnex(url)
  const dialect = database.client.config.client === 'mysql2' ? 'mysql' : 'sqlite'
  try {
    for (const sql of tables.flatMap((table) => createTableStatements({ dialect, prefix: '' }, table)))
      await database.raw(sql)
    return database
  } catch (error) {
    await database.destroy()
    // A driver's own error holds the account and the statement.
    throw dialect === 'mysql' ? toSetupError(error) : toCheckoutError(error)
  }
}

/** What fails is thrown as well. */
const silentKnexLog = { warn: () => {}, error: () => {} }

function openKnex(url: string): Knex {
  const found = readDatabaseAddress(url)
  if (found.kind === 'mysql') {
    const pool = { min: 0, max: found.address.options.pool, afterCreate: prepareSession }
    return knex({ client: 'mysql2', connection: driverOptions(found.address), pool, log: silentKnexLog })
  }
  const filename = found.kind === 'sqlite' ? found.file : ':memory:'
  if (found.kind === 'sqlite') mkdirSync(dirname(filename), { recursive: true })
  return knex({ client: 'better-sqlite3', connection: { filename }, useNullAsDefault: true })
}

function prepareSession(connection: Connection, done: (error: unknown, connection: Connection) => void) {
  connection.query(SESSION_SETUP_STATEMENTS.join(';'), (error) => done(error, connection))
}
