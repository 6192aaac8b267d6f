import type { MigrationTarget } from './migration-target.js'
import {
  type ColumnType,
  columnTypeIn,
  createTableStatements,
  indexNameOf,
  type TableDefinition,
} from './table-definition.js'

// Each of these can be run again, since a kill on MySQL leaves half of a migration: what is done already is left alone.

export async function createTables(target: MigrationTarget, tables: readonly TableDefinition[]): Promise<void> {
  for (const sql of tables.flatMap((table) => createTableStatements(target, table))) await target.run(sql)
}

/** Adds a column. `value` fills the rows that are there; null allows NULL. */
export async function addColumn(
  target: MigrationTarget,
  table: string,
  column: string,
  { type, value }: { readonly type: ColumnType; readonly value: number | null },
): Promise<void> {
  if (await target.hasColumn(table, column, false)) return
  const rule = value === null ? 'NULL' : `NOT NULL DEFAULT ${value}`
  await target.run(`ALTER TABLE ${table} ADD COLUMN ${column} ${columnTypeIn(target.dialect, type)} ${rule}`)
}

/** Drops a column that no index holds any more. */
export async function dropColumn(target: MigrationTarget, table: string, column: string): Promise<void> {
  if (await target.hasColumn(table, column, true)) await target.run(`ALTER TABLE ${table} DROP COLUMN ${column}`)
}

/** `out_pay_no(64)` is the beginning of a column that is too long for an index. */
const columnNameOf = (column: string): string => column.split('(', 1)[0] ?? column

export async function addIndex(
  target: MigrationTarget,
  table: string,
  columns: readonly string[],
  kind: 'INDEX' | 'UNIQUE INDEX' = 'INDEX',
): Promise<void> {
  const name = indexNameOf(table, columns.map(columnNameOf))
  if (await target.hasIndex(table, name, false)) return
  await target.run(`CREATE ${kind} ${name} ON ${table} (${columns.join(', ')})`)
}

export async function dropIndex(target: MigrationTarget, table: string, name: string): Promise<void> {
  if (!(await target.hasIndex(table, name, true))) return
  await target.run(`DROP INDEX ${name}${target.dialect === 'mysql' ? ` ON ${table}` : ''}`)
}
