import tag, { join, raw, Sql } from 'sql-template-tag'
import type { TableName } from '../schema/table-names.js'

/** What goes into and comes out of a column. Ids are `bigint` here and decimal strings everywhere else. */
export type SqlValue = string | number | bigint | Uint8Array | null
export type Row = Readonly<Record<string, SqlValue>>

export { join, raw, type Sql }

/** A whole statement, with a question mark for each value and nowhere else. */
export type Query = Pick<Sql, 'sql' | 'values'>

/** A statement, or a part of one that is put into others. A value never becomes text: the driver gets it beside it. */
export const sql = (text: readonly string[], ...values: readonly (SqlValue | Sql)[]): Sql => tag(text, ...values)

/** The same of a text with a question mark for each value: for long lists. */
export const sqlFromTextAndValues = (text: string, values: readonly SqlValue[]): Sql => new Sql(text.split('?'), values)

/** Makes each value once. Keys are a few, but for those that nearly never come again. */
export function createKeyedCache<Value>(maxSize = 1_000): (key: string, make: () => Value) => Value {
  const known = new Map<string, Value>()
  return (key, make) => {
    const found = known.get(key)
    if (found !== undefined) return found
    if (known.size >= maxSize) known.clear()
    const made = make()
    known.set(key, made)
    return made
  }
}

/** What differs between databases, and between those of one kind. */
export interface SqlSyntax {
  /** Texts by what decides on them: writing one takes longer than running it. */
  readonly cachedText: (shape: string, write: () => string) => string
  /** The names of the tables, with the database's prefix. */
  readonly tables: Readonly<Record<TableName, Sql>>
  /** The time by which leases and due times go: the database's where it has a clock. */
  now(): number | Sql
  /** A table that is read by the index of these columns, whatever the planner thinks of the number of its rows. */
  byIndex(table: TableName, columns: readonly string[], alias?: string): Sql
  /** Joins two tables in this sequence, whatever the planner thinks of the number of their rows. */
  readonly joinInOrder: Sql
  /** Ends a query: its rows are locked, where there may be several writers at a time. */
  readonly forUpdate: Sql
  /** The same, without the rows that others have locked. */
  readonly skipLocked: Sql
  /** Ends an INSERT that leaves rows alone which are there already. */
  ifAbsent(column: string): string
}

export const tableNamesAsSql = (names: Readonly<Record<TableName, string>>): SqlSyntax['tables'] =>
  Object.fromEntries(Object.entries(names).map(([name, prefixed]) => [name, raw(prefixed)])) as SqlSyntax['tables']

/** `a = 1 AND b = 2` */
export const columnsEqualCondition = (columns: readonly string[], values: readonly (SqlValue | Sql)[]): Sql =>
  join(
    columns.map((column, index) => sql`${raw(column)} = ${values[index] ?? null}`),
    ' AND ',
  )

/** Some keys, each of one value or of several. */
export type KeyTuples = readonly (readonly SqlValue[])[]

/**
 * A condition: the columns hold the values of one of these keys. A few texts serve every number of keys: the last one
 * fills the list up to the next power of two.
 */
export function columnsInCondition(columns: readonly string[], keys: KeyTuples): Sql {
  const filled = padToPowerOfTwo(keys)
  return sqlFromTextAndValues(columnsInConditionText(columns, filled.length), filled.flat())
}

/** The same of one column. */
export const inCondition = (column: string, values: readonly SqlValue[]): Sql =>
  columnsInCondition(
    [column],
    values.map((value) => [value]),
  )

/** Queries that end with this condition: a text of a few thousand letters is written once for each number of keys. */
export function createKeyQueryBuilder(start: Sql, columns: readonly string[]): (keys: KeyTuples) => Query {
  const texts = createKeyedCache<string>()
  return (keys) => {
    const filled = padToPowerOfTwo(keys)
    const write = () => `${start.sql} ${columnsInConditionText(columns, filled.length)}`
    return { sql: texts(`${filled.length}`, write), values: [...start.values, ...filled.flat()] }
  }
}

function padToPowerOfTwo(keys: KeyTuples): KeyTuples {
  const missing = 2 ** Math.ceil(Math.log2(keys.length)) - keys.length
  return missing === 0 ? keys : [...keys, ...Array<KeyTuples>(missing).fill(keys.slice(-1)).flat()]
}

/**
 * A list of pairs would use no index on MariaDB. `=` would make SQLite plan a join again whenever a value is bound: 11
 * µs where the read takes 2.
 */
function columnsInConditionText(columns: readonly string[], count: number): string {
  const each = (text: string, separator: string) => Array(count).fill(text).join(separator)
  if (columns.length === 1) return `${columns.join()} IN (${each('?', ',')})`
  return each(`(${columns.map((column) => `${column} IN (?)`).join(' AND ')})`, ' OR ')
}
