import { CheckoutError } from '@coursepay/core'
import knex from 'knex'
import { readDatabaseAddress } from './database-address.js'
import { driverOptions } from './mysql/driver-options.js'
import type { MysqlAddress } from './mysql/mysql-address.js'
import { toSetupError } from './mysql/mysql-errors.js'
import { toMysqlFailure } from './mysql/mysql-failure.js'
import { checkServerVersion } from './mysql/server-version.js'
import { MIGRATION_TABLE, migrationNames, silentLog } from './schema/migrations.js'
import { withDriver } from './with-driver.js'

/** `empty`: the first start makes the tables. `behind`: the next start takes the missing steps. `newer`: a newer version made it. */
export type DatabaseState = 'empty' | 'current' | 'behind' | 'newer'

/**
 * Finds out in which state a database is, and changes nothing: no file, no table, no lock. Throws `invalid_request` and `store_unavailable`
 * as `migrate` would, for a server that is too old, a database that is not there, an account that may not.
 */
export async function inspectDatabase(url: string): Promise<DatabaseState> {
  const found = readDatabaseAddress(url)
  if (found.kind === 'temporary') return 'empty'
  return compare(await (found.kind === 'mysql' ? takenOnMysql(found.address) : takenOnSqlite(found.file)))
}

async function takenOnSqlite(file: string): Promise<readonly string[]> {
  const { readNames } = await withDriver('better-sqlite3', () => import('./sqlite/read-names.js'))
  return readNames(file, MIGRATION_TABLE)
}

async function takenOnMysql(address: MysqlAddress): Promise<readonly string[]> {
  const connectMs = 2 * address.options.connectTimeoutMs
  const database = knex({
    client: 'mysql2',
    connection: driverOptions(address),
    log: silentLog,
    pool: { min: 0, max: 1, createTimeoutMillis: connectMs, acquireTimeoutMillis: connectMs },
  })
  try {
    const [[row]] = await database.raw('SELECT VERSION() AS version')
    checkServerVersion(String(row?.version))
    if (!(await database.schema.hasTable(MIGRATION_TABLE))) return []
    const rows: readonly { readonly name: string }[] = await database(MIGRATION_TABLE).select('name')
    return rows.map(({ name }) => name)
  } catch (error) {
    throw CheckoutError.isInstance(error) ? error : toSetupError(toMysqlFailure(error))
  } finally {
    await database.destroy()
  }
}

function compare(taken: readonly string[]): DatabaseState {
  if (taken.some((name) => !migrationNames.includes(name))) return 'newer'
  if (taken.length === 0) return 'empty'
  return migrationNames.every((name) => taken.includes(name)) ? 'current' : 'behind'
}
