import { type ColumnType, columnTypeIn } from './column-types.js'
import type { Schema } from './schema.js'
import { createTable, indexName, type TableDefinition, uniqueName } from './table-definition.js'

// Each of these can be run again, since a kill on MySQL leaves half of a migration: what is done already is left alone.

export async function createTables(schema: Schema, tables: readonly TableDefinition[]): Promise<void> {
  for (const definition of tables) {
    const table = schema.prefix + definition.name
    const indexes = [
      ...(definition.indexes ?? []).map((columns) => indexName(table, columns)),
      ...(definition.unique ?? []).map(uniqueName),
    ]
    for (const sql of createTable(schema, definition)) {
      await schema.run(sql, (model) => {
        model.columns.set(table, Object.keys(definition.columns))
        for (const name of indexes) model.indexes.add(`${table} ${name}`)
      })
    }
  }
}

/** Adds a column. `value` fills the rows that are there; null allows NULL. */
export async function addColumn(
  schema: Schema,
  table: string,
  column: string,
  { type, value }: { readonly type: ColumnType; readonly value: number | null },
): Promise<void> {
  if (await hasColumn(schema, table, column)) return
  const rule = value === null ? 'NULL' : `NOT NULL DEFAULT ${value}`
  const sql = `ALTER TABLE ${table} ADD COLUMN ${column} ${columnTypeIn(schema.dialect, type)} ${rule}`
  await schema.run(sql, ({ columns }) => columns.set(table, [...(columns.get(table) ?? []), column]))
}

/** Drops a column that no index holds any more. */
export async function dropColumn(schema: Schema, table: string, column: string): Promise<void> {
  if (!(await hasColumn(schema, table, column))) return
  const left = (names: readonly string[] = []) => names.filter((name) => name !== column)
  await schema.run(`ALTER TABLE ${table} DROP COLUMN ${column}`, ({ columns }) =>
    columns.set(table, left(columns.get(table))),
  )
}

export async function hasColumn(schema: Schema, table: string, column: string): Promise<boolean> {
  return (await schema.columnsOf(table)).includes(column)
}

/** `out_pay_no(64)` is the beginning of a column that is too long for an index. */
const nameOf = (column: string): string => column.split('(', 1)[0] ?? column

export async function addIndex(
  schema: Schema,
  table: string,
  columns: readonly string[],
  kind: 'INDEX' | 'UNIQUE INDEX' = 'INDEX',
): Promise<void> {
  const name = indexName(table, columns.map(nameOf))
  if (await schema.hasIndex(table, name)) return
  const sql = `CREATE ${kind} ${name} ON ${table} (${columns.join(', ')})`
  await schema.run(sql, ({ indexes }) => indexes.add(`${table} ${name}`))
}

export async function dropIndex(schema: Schema, table: string, name: string): Promise<void> {
  if (!(await schema.hasIndex(table, name))) return
  const sql = `DROP INDEX ${name}${schema.dialect === 'mysql' ? ` ON ${table}` : ''}`
  await schema.run(sql, ({ indexes }) => indexes.delete(`${table} ${name}`))
}
