/** Which words a database has for our kinds of columns. A further database is a further member of each line. */
export type SqlDialect = 'sqlite' | 'mysql'

const asciiVarchar = (length: number) => `VARCHAR(${length}) CHARACTER SET ascii COLLATE ascii_bin`

const sqlTypeByColumnType = {
  /** Ids, fen, times in ms, counts. */
  bigint: { sqlite: 'INTEGER', mysql: 'BIGINT' },
  /** Auto-increment; only as the whole primary key. */
  counter: { sqlite: 'INTEGER', mysql: 'BIGINT AUTO_INCREMENT' },
  /** A status or type number of the seed, a state's name. */
  code: { sqlite: 'TEXT', mysql: asciiVarchar(64) },
  /** An id of 1 to 64 visible ASCII characters, compared byte by byte. */
  key: { sqlite: 'TEXT', mysql: asciiVarchar(64) },
  /** Two keys and a space. */
  pair: { sqlite: 'TEXT', mysql: asciiVarchar(129) },
  /** Anything people write. */
  text: { sqlite: 'TEXT', mysql: 'MEDIUMTEXT' },
  bytes: { sqlite: 'BLOB', mysql: 'LONGBLOB' },
} as const

export type ColumnType = keyof typeof sqlTypeByColumnType

export const columnTypeIn = (dialect: SqlDialect, type: ColumnType): string => sqlTypeByColumnType[type][dialect]

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
export interface DialectAndPrefix {
  readonly dialect: SqlDialect
  /** Begins the name of every table. */
  readonly prefix: string
}

/** The statements that make a table with its indexes. They can be run again: what exists is left alone. */
export function createTableStatements({ dialect, prefix }: DialectAndPrefix, definition: TableDefinition): string[] {
  const table = { ...definition, name: prefix + definition.name }
  const inside = [
    ...columnClauses(dialect, table),
    ...keyClauses(table, prefix),
    ...(dialect === 'mysql' ? indexClauses(table) : []),
  ]
  const ending = dialect === 'sqlite' ? 'STRICT' : 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin'
  const create = `CREATE TABLE IF NOT EXISTS ${table.name} (\n  ${inside.join(',\n  ')}\n) ${ending}`
  return dialect === 'sqlite' ? [create, ...createIndexStatements(table)] : [create]
}

function columnClauses(dialect: SqlDialect, table: TableDefinition): string[] {
  return Object.entries(table.columns).map(([name, type]) => {
    const nullable = type.endsWith('?')
    const word = columnTypeIn(dialect, type.replace('?', '') as ColumnType)
    return `${name} ${word} ${nullable ? 'NULL' : 'NOT NULL'}`
  })
}

function keyClauses(table: TableDefinition, prefix: string): string[] {
  return [
    `PRIMARY KEY (${table.primaryKey.join(', ')})`,
    ...(table.unique ?? []).map((key) => `UNIQUE (${key.join(', ')})`),
    ...Object.entries(table.references ?? {}).map(
      ([column, other]) => `FOREIGN KEY (${column}) REFERENCES ${prefix}${other} (id)`,
    ),
  ]
}

export const indexNameOf = (table: string, index: readonly string[]) => `${table}_by_${index.join('_')}`

/** MySQL has no CREATE INDEX IF NOT EXISTS: there the indexes stand inside the table. */
const indexClauses = (table: TableDefinition) =>
  (table.indexes ?? []).map((index) => `INDEX ${indexNameOf(table.name, index)} (${index.join(', ')})`)

const createIndexStatements = (table: TableDefinition) =>
  (table.indexes ?? []).map(
    (index) => `CREATE INDEX IF NOT EXISTS ${indexNameOf(table.name, index)} ON ${table.name} (${index.join(', ')})`,
  )
