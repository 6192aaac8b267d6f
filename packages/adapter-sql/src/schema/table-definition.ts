import { type ColumnType, columnTypeIn, type SqlDialect } from './column-types.js'

/** A table, written once for every database. A type with a question mark allows NULL. */
export interface TableDefinition {
  readonly name: string
  readonly columns: Readonly<Record<string, ColumnType | `${ColumnType}?`>>
  readonly primaryKey: readonly string[]
  readonly unique?: readonly (readonly string[])[]
  readonly indexes?: readonly (readonly string[])[]
  /** Column and the table whose `id` it holds. */
  readonly references?: Readonly<Record<string, string>>
}

/** In which words, and under which names. */
export interface Naming {
  readonly dialect: SqlDialect
  /** Begins the name of every table. */
  readonly prefix: string
}

/** The statements that make a table with its indexes. They can be run again: what exists is left alone. */
export function createTable({ dialect, prefix }: Naming, definition: TableDefinition): string[] {
  const table = { ...definition, name: prefix + definition.name }
  const inside = [...columns(dialect, table), ...keys(table, prefix), ...(dialect === 'mysql' ? indexes(table) : [])]
  const ending = dialect === 'sqlite' ? 'STRICT' : 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin'
  const create = `CREATE TABLE IF NOT EXISTS ${table.name} (\n  ${inside.join(',\n  ')}\n) ${ending}`
  return dialect === 'sqlite' ? [create, ...separateIndexes(table)] : [create]
}

function columns(dialect: SqlDialect, table: TableDefinition): string[] {
  return Object.entries(table.columns).map(([name, type]) => {
    const nullable = type.endsWith('?')
    const word = columnTypeIn(dialect, type.replace('?', '') as ColumnType)
    return `${name} ${word} ${nullable ? 'NULL' : 'NOT NULL'}`
  })
}

function keys(table: TableDefinition, prefix: string): string[] {
  return [
    `PRIMARY KEY (${table.primaryKey.join(', ')})`,
    ...(table.unique ?? []).map((key) => `UNIQUE (${key.join(', ')})`),
    ...Object.entries(table.references ?? {}).map(
      ([column, other]) => `FOREIGN KEY (${column}) REFERENCES ${prefix}${other} (id)`,
    ),
  ]
}

/** MySQL names a unique key by its first column. */
export const uniqueName = ([column = '']: readonly string[]): string => column

export const indexName = (table: string, index: readonly string[]) => `${table}_by_${index.join('_')}`

/** MySQL has no CREATE INDEX IF NOT EXISTS: there the indexes stand inside the table. */
const indexes = (table: TableDefinition) =>
  (table.indexes ?? []).map((index) => `INDEX ${indexName(table.name, index)} (${index.join(', ')})`)

const separateIndexes = (table: TableDefinition) =>
  (table.indexes ?? []).map(
    (index) => `CREATE INDEX IF NOT EXISTS ${indexName(table.name, index)} ON ${table.name} (${index.join(', ')})`,
  )
