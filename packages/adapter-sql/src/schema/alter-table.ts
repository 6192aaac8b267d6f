import type { Schema } from './schema.js'
import {
  type ColumnType,
  columnTypeIn,
  createTableStatements,
  indexNameOf,
  type TableDefinition,
} from './table-definition.js'

// Each of these can be run again, since a kill on MySQL leaves half of a migration: what is done already is left alone.

export async function createTables(schema: Schema, tables: readonly TableDefinition[]): Promise<void> {
  for (const sql of tables.flatMap((table) => createTableStatements(schema, table))) await schema.run(sql)
}

/** Adds a column. `value` fills the rows that are there; null allows NULL. */
export async function addColumn(
  schema: Schema,
  table: string,
  column: string,
  { type, value }: { readonly type: ColumnType; readonly value: number | null },
): Promise<void> {
  if (await schema.hasColumn(table, column, false)) return
  const rule = value === null ? 'NULL' : `NOT NULL DEFAULT ${value}`
  await schema.run(`ALTER TABLE ${table} ADD COLUMN ${column} ${columnTypeIn(schema.dialect, type)} ${rule}`)
}

/** Drops a column that no index holds any more. */
export async function dropColumn(schema: Schema, table: string, column: string): Promise<void> {
  if (await schema.hasColumn(table, column, true)) await schema.run(`ALTER TABLE ${table} DROP COLUMN ${column}`)
}

/** `out_pay_no(64)` is the beginning of a column that is too long for an index. */
const columnNameOf = (column: string): string => column.split('(', 1)[0] ?? column

export async function addIndex(
  schema: Schema,
  table: string,
  columns: readonly string[],
  kind: 'INDEX' | 'UNIQUE INDEX' = 'INDEX',
): Promise<void> {
  const name = indexNameOf(table, columns.map(columnNameOf))
  if (await schema.hasIndex(table, name, false)) return
  await schema.run(`CREATE ${kind} ${name} ON ${table} (${columns.join(', ')})`)
}

export async function dropIndex(schema: Schema, table: string, name: string): Promise<void> {
  if (!(await schema.hasIndex(table, name, true))) return
  await schema.run(`DROP INDEX ${name}${schema.dialect === 'mysql' ? ` ON ${table}` : ''}`)
}
