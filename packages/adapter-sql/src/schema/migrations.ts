import { CheckoutError } from '@coursepay/core'
import { addColumn, addIndex, createTables } from './alter-table.js'
import { initialTableDefinitions } from './initial-tables.js'
import {
  createRecordingMigrationTarget,
  type DatabaseMigrationTarget,
  type MigrationTarget,
} from './migration-target.js'
import { addVersionsAndSchedule, newTables } from './steps/versions-and-schedule.js'
import { addIndexesForViewsAndRetention } from './steps/views-and-retention.js'
import type { DialectAndPrefix, TableDefinition } from './table-definition.js'

type MigrationFunction = (target: MigrationTarget) => Promise<void>

/** In order. A released one is never changed; each can be run again, since on MySQL a kill leaves the half of one. */
const migrationStepByName: Readonly<Record<string, MigrationFunction>> = {
  '001_initial': (target) => createTables(target, initialTableDefinitions),
  '002_orders_of_a_buyer': (target) => addIndex(target, `${target.prefix}xc_orders`, ['user_id', 'create_date', 'id']),
  '003_versions_and_schedule': addVersionsAndSchedule,
  '004_views_and_retention': addIndexesForViewsAndRetention,
  // A message carries the trace of the request that caused it.
  '005_traces': (target) =>
    addColumn(target, `${target.prefix}mq_message`, 'traceparent', { type: 'key', value: null }),
}

/** In the sequence in which they are applied. */
export const migrationNames: readonly string[] = Object.keys(migrationStepByName)

/** A step of a migration that is about to begin. It may take long where it writes an index of a large table. */
export interface MigrationProgress {
  readonly name: string
  /** From 1. */
  readonly step: number
  /** Of so many that this database has yet to take. */
  readonly of: number
}

export type OnMigrationProgress = (progress: MigrationProgress) => void

/** The name keeps us apart from migrations that the embedding service has in the same database. */
export const MIGRATION_TABLE_NAME = 'coursepay_migration'

/** Builds before step 003 made it by another tool, with further columns that may be left out. */
const migrationTableDefinition: TableDefinition = {
  name: MIGRATION_TABLE_NAME,
  columns: { id: 'counter', name: 'key', batch: 'bigint' },
  primaryKey: ['id'],
}

/** Applies every step that is missing, under a lock that the caller holds. */
export async function applyMissingMigrations(
  target: DatabaseMigrationTarget,
  onProgress: OnMigrationProgress,
): Promise<void> {
  const applied = await readAndCheckAppliedMigrations(target)
  if (hasUnknownMigration(applied)) throw newerVersionError()
  const missing = migrationNames.filter((name) => !applied.includes(name))
  await createTables(target, [migrationTableDefinition])
  for (const [index, name] of missing.entries()) {
    onProgress({ name, step: index + 1, of: missing.length })
    await applyMigration(target, name)
  }
}

/** Outcome: the names of the steps that were applied to the database. Throws `invalid_request` for tables of others. */
export async function readAndCheckAppliedMigrations(target: DatabaseMigrationTarget): Promise<readonly string[]> {
  const applied = await target.appliedMigrations()
  if (applied.length === 0) await refuseForeignTables(target)
  return applied
}

async function applyMigration(target: MigrationTarget, name: string): Promise<void> {
  await migrationStepByName[name]?.(target)
  await target.run(`INSERT INTO ${target.prefix}${MIGRATION_TABLE_NAME} (name, batch) VALUES ('${name}', 1)`)
}

export const hasUnknownMigration = (applied: readonly string[]): boolean =>
  applied.some((name) => !migrationNames.includes(name))

export const newerVersionError = (): CheckoutError =>
  new CheckoutError(
    'store_unavailable',
    'The database was migrated by a newer version of coursepay. Start that version.',
  )

/**
 * A table that is there before the first step is ours when a killed process left it: then it has all of our columns.
 */
async function refuseForeignTables(target: DatabaseMigrationTarget): Promise<void> {
  for (const { name, columns } of [...initialTableDefinitions, ...newTables]) {
    const found = await target.columnsOf(target.prefix + name)
    if (found.length === 0 || Object.keys(columns).every((column) => found.includes(column))) continue
    throw new CheckoutError(
      'invalid_request',
      `The database has a table "${target.prefix}${name}" of another program. Give the tables of coursepay a prefix of their own (tablePrefix).`,
    )
  }
}

/**
 * The statements that bring a database from a step (null: an empty one) up to date. Throws `invalid_request` for an
 * unknown step.
 */
export async function migrationStatementsFrom(
  naming: DialectAndPrefix,
  from: string | null,
): Promise<readonly string[]> {
  const first = from === null ? 0 : migrationNames.indexOf(from) + 1
  if (from !== null && first === 0) {
    throw new CheckoutError('invalid_request', `There is no step "${from}". Use one of ${migrationNames.join(', ')}.`)
  }
  const target = createRecordingMigrationTarget(naming)
  if (from === null) await createTables(target, [migrationTableDefinition])
  for (const name of migrationNames.slice(first)) await applyMigration(target, name)
  return target.statements
}
