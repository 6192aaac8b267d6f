import type { Knex } from 'knex'
import { type ColumnType, columnTypeIn } from './column-types.js'
import { indexName, type Naming } from './table-definition.js'

/** Where a migration runs. */
export interface Schema extends Naming {
  readonly knex: Knex
}

// Each of these can be run again, since a kill on MySQL leaves half of a migration: what is done already is left alone.

/** Adds a column. `value` fills the rows that are there; null allows NULL. */
export async function addColumn(
  { knex, dialect }: Schema,
  table: string,
  column: string,
  { type, value }: { readonly type: ColumnType; readonly value: number | null },
): Promise<void> {
  if (await knex.schema.hasColumn(table, column)) return
  const rule = value === null ? 'NULL' : `NOT NULL DEFAULT ${value}`
  await knex.raw(`ALTER TABLE ${table} ADD COLUMN ${column} ${columnTypeIn(dialect, type)} ${rule}`)
}

/** Drops a column that no index holds any more. */
export async function dropColumn({ knex }: Schema, table: string, column: string): Promise<void> {
  if (await knex.schema.hasColumn(table, column)) await knex.raw(`ALTER TABLE ${table} DROP COLUMN ${column}`)
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
  if (await hasIndex(schema, table, name)) return
  await schema.knex.raw(`CREATE ${kind} ${name} ON ${table} (${columns.join(', ')})`)
}

export async function dropIndex(schema: Schema, table: string, name: string): Promise<void> {
  if (!(await hasIndex(schema, table, name))) return
  await schema.knex.raw(`DROP INDEX ${name}${schema.dialect === 'mysql' ? ` ON ${table}` : ''}`)
}

async function hasIndex({ knex, dialect }: Schema, table: string, name: string): Promise<boolean> {
  const found =
    dialect === 'sqlite'
      ? await knex('sqlite_master').where({ type: 'index', name }).first('name')
      : await knex('information_schema.statistics')
          .where({ table_schema: knex.raw('DATABASE()'), table_name: table, index_name: name })
          .first(knex.raw('1 AS found'))
  return found !== undefined
}
