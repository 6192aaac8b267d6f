import { CheckoutError } from '@coursepay/core'
import type { Knex } from 'knex'
import { addIndex, type Schema } from './alter-table.js'
import { initialTables } from './initial-tables.js'
import { versionsAndSchedule } from './steps/versions-and-schedule.js'
import { viewsAndRetention } from './steps/views-and-retention.js'
import { createTable, type Naming } from './table-definition.js'

type Step = (schema: Schema) => Promise<void>

/** In order. A released one is never changed; each can be run again, since on MySQL a kill leaves the half of one. */
const steps: Readonly<Record<string, Step>> = {
  async '001_initial'(schema) {
    for (const sql of initialTables.flatMap((table) => createTable(schema, table))) await schema.knex.raw(sql)
  },
  '002_orders_of_a_buyer': (schema) => addIndex(schema, `${schema.prefix}xc_orders`, ['user_id', 'create_date', 'id']),
  '003_versions_and_schedule': versionsAndSchedule,
  '004_views_and_retention': viewsAndRetention,
}

/** In the sequence in which they are taken. */
export const migrationNames: readonly string[] = Object.keys(steps)

/** A step of a migration that is about to begin. It may take long where it writes an index of a large table. */
export interface MigrationProgress {
  readonly name: string
  /** From 1. */
  readonly step: number
  /** Of so many that this database has yet to take. */
  readonly of: number
}

export type OnMigrationProgress = (progress: MigrationProgress) => void

/** The migrations as code inside the package, in the form knex asks for. They only go forward. */
function migrationSource(naming: Naming, onStep: (name: string) => void): Knex.MigrationSource<string> {
  return {
    getMigrations: async () => [...migrationNames],
    getMigrationName: (name) => name,
    getMigration: async (name) => ({
      async up(knex) {
        onStep(name)
        await steps[name]?.({ knex, ...naming })
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

export const migratorConfig = (naming: Naming, onStep: (name: string) => void = () => {}): Knex.MigratorConfig => ({
  migrationSource: migrationSource(naming, onStep),
  tableName: naming.prefix + MIGRATION_TABLE,
})

/** Takes every step that is missing, under a lock that the caller holds. */
export async function takeSteps(
  knex: Knex,
  naming: Naming,
  onProgress: OnMigrationProgress,
  config: Knex.MigratorConfig = {},
): Promise<void> {
  const [, missing]: [unknown, readonly unknown[]] = await knex.migrate.list({ ...migratorConfig(naming), ...config })
  let step = 0
  const tell = (name: string) => {
    step += 1
    onProgress({ name, step, of: missing.length })
  }
  await knex.migrate.latest({ ...migratorConfig(naming, tell), ...config })
}
