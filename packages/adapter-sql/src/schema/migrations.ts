import { CheckoutError } from '@coursepay/core'
import type { Knex } from 'knex'
import type { SqlDialect } from './column-types.js'
import { initialTables } from './initial-tables.js'
import { createTable } from './table-definition.js'

type Step = (dialect: SqlDialect) => readonly string[]

/** In order. A released one is never changed. */
const steps: Readonly<Record<string, Step>> = {
  '001_initial': (dialect) => initialTables.flatMap((table) => createTable(dialect, table)),
}

/** The migrations as code inside the package, in the form knex asks for. They only go forward. */
function migrationSource(dialect: SqlDialect): Knex.MigrationSource<string> {
  return {
    getMigrations: async () => Object.keys(steps),
    getMigrationName: (name) => name,
    getMigration: async (name) => ({
      async up(knex) {
        for (const sql of steps[name]?.(dialect) ?? []) await knex.raw(sql)
      },
      async down() {
        throw new Error('These migrations only go forward: put back a backup instead.')
      },
    }),
  }
}

/** knex would print SQL and addresses. */
export const silentLog = { warn() {}, error() {}, debug() {}, deprecate() {} }

/** What a database of a newer version than this package's is answered with; null when it is none. */
export function newerVersion(error: unknown): CheckoutError | null {
  if (!(error instanceof Error && /migration directory is corrupt/.test(error.message))) return null
  const sentence = 'The database was made by a newer version of coursepay than this one.'
  return new CheckoutError('store_unavailable', sentence, { cause: error })
}

/** The name keeps us apart from migrations that the embedding service has in the same database. */
export const MIGRATION_TABLE = 'coursepay_migration'

export const migratorConfig = (dialect: SqlDialect): Knex.MigratorConfig => ({
  migrationSource: migrationSource(dialect),
  tableName: MIGRATION_TABLE,
})
