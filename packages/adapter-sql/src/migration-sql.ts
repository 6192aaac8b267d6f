import { migrationStatementsFrom } from './schema/migrations.js'
import type { SqlDialect } from './schema/table-definition.js'
import { tableNamesWith } from './schema/table-names.js'

export interface MigrationSqlOptions {
  /** MariaDB is `mysql` too. */
  readonly dialect: SqlDialect
  /** The last step that the database has taken, such as `002_orders_of_a_buyer`. Left out: it is empty. */
  readonly from?: string
  readonly tablePrefix?: string
}

/**
 * Outcome: the SQL that brings a database up to date, for accounts and tools of the database's owner; `sqlStore` with
 * `migrations: 'check'` then finds it current. Errors: `invalid_request` for a step or a prefix that is none.
 */
export async function migrationSql({ dialect, from, tablePrefix = '' }: MigrationSqlOptions): Promise<string> {
  tableNamesWith(tablePrefix)
  const statements = await migrationStatementsFrom({ dialect, prefix: tablePrefix }, from ?? null)
  // SQLite changes tables inside a transaction; MySQL ends one at each change.
  const all =
    dialect === 'sqlite' ? ['PRAGMA foreign_keys = OFF', 'BEGIN IMMEDIATE', ...statements, 'COMMIT'] : statements
  return all.map((sql) => `${sql};\n`).join('')
}
