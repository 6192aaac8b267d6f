import { existsSync } from 'node:fs'
import { type DatabaseAddress, readDatabaseAddress } from './database-address.js'
import { hasUnknownMigration, migrationNames } from './schema/migrations.js'
import { withDriver } from './with-driver.js'

/**
 * `empty`: the first start makes the tables. `behind`: the next start applies missing steps. `newer`: a newer version
 * made it.
 */
export type DatabaseState = 'empty' | 'current' | 'behind' | 'newer'

/**
 * Finds out in which state a database is, and changes nothing: no file, no table, no lock. Throws `invalid_request` and
 * `store_unavailable` as `sqlStore` would, for a server that is too old, a database that is not there, an account that
 * may not.
 */
export async function inspectDatabase(
  url: string,
  options: { readonly tablePrefix?: string } = {},
): Promise<DatabaseState> {
  return readDatabaseState(readDatabaseAddress(url), options.tablePrefix ?? '')
}

export async function readDatabaseState(address: DatabaseAddress, tablePrefix: string): Promise<DatabaseState> {
  const applied = await appliedMigrationsAt(address, tablePrefix)
  if (hasUnknownMigration(applied)) return 'newer'
  if (applied.length === 0) return 'empty'
  return migrationNames.every((name) => applied.includes(name)) ? 'current' : 'behind'
}

async function appliedMigrationsAt(address: DatabaseAddress, tablePrefix: string): Promise<readonly string[]> {
  if (address.kind === 'mysql') {
    const mysql = await withDriver('mysql2', () => import('./mysql/migrate.js'))
    return await mysql.readAppliedMigrations({ address: address.address, tablePrefix })
  }
  if (address.kind === 'temporary' || !existsSync(address.file)) return []
  const sqlite = await withDriver('better-sqlite3', () => import('./sqlite/migrate.js'))
  return await sqlite.readAppliedMigrations(address.file, tablePrefix)
}
