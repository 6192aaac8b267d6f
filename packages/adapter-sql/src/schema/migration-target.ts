import type { DialectAndPrefix } from './table-definition.js'

/** Where a migration runs, or is written down. */
export interface MigrationTarget extends DialectAndPrefix {
  run(sql: string): Promise<void>
  /** `before` says whether it is there before the step: so it is where nothing is really run. */
  hasColumn(table: string, column: string, before: boolean): Promise<boolean>
  hasIndex(table: string, name: string, before: boolean): Promise<boolean>
}

/** A real database. */
export interface DatabaseMigrationTarget extends MigrationTarget {
  /** None when there is no such table. */
  columnsOf(table: string): Promise<readonly string[]>
  /** The names of the steps that were applied to it. */
  appliedMigrations(): Promise<readonly string[]>
}

/** Notes the statements that a migration would run. */
export function createRecordingMigrationTarget(
  naming: DialectAndPrefix,
): MigrationTarget & { readonly statements: readonly string[] } {
  const statements: string[] = []
  return {
    ...naming,
    statements,
    run: async (sql) => void statements.push(sql),
    hasColumn: async (_table, _column, before) => before,
    hasIndex: async (_table, _name, before) => before,
  }
}
