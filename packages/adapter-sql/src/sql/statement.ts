import type { Knex } from 'knex'
import type { TableName } from '../schema/table-names.js'

/** What goes into and comes out of a column. Ids are `bigint` here and decimal strings everywhere else. */
export type SqlValue = string | number | bigint | Uint8Array | null
export type Row = Readonly<Record<string, SqlValue>>
export type Values = Readonly<Record<string, SqlValue>>

/** A named place in a statement; knex carries it through as if it were a value. */
export class Param {
  // knex's types take a value of any object only in this shape.
  readonly [member: string]: unknown
  readonly name: string

  constructor(name: string) {
    this.name = name
  }
}

export const param = (name: string): Param => new Param(name)

/** knex wants numbers in `limit` and `offset`: these two stand for the values named `limit` and `offset`. */
export const LIMIT = 2_000_000_001
export const OFFSET = 2_000_000_002
const numberedParams = new Map<unknown, Param>([
  [LIMIT, param('limit')],
  [OFFSET, param('offset')],
])

/** What differs between databases when a statement is written down. */
export interface SqlContext {
  /**
   * Writes a table's name with the database's prefix wherever it stands as an identifier: `sql('xc_orders')`, and `??`
   * in raw text. Raw text never holds a table's name itself.
   */
  readonly sql: Knex
  /** The time by which leases and due times go: the database's where it has a clock, else `NOW`. */
  readonly now: Param | Knex.Raw
  /** A table that is read by the index of these columns, whatever the planner thinks of the number of its rows. */
  readonly tableByIndex: (table: TableName, columns: readonly string[]) => Knex.Raw
  /** Joins two tables in this sequence, whatever the planner thinks of the number of their rows. */
  readonly joinInOrder: 'straight_join' | 'cross join'
  /**
   * Locks the rows that a query reads and leaves out those that others have locked, where there may be several writers
   * at a time.
   */
  readonly skipLocked: (query: Knex.QueryBuilder) => Knex.QueryBuilder
}

/**
 * A value of a statement that is written for one call. knex's types know no bigint, which its builder carries through.
 */
export const asKnexValue = (value: SqlValue): Knex.Value => value as Knex.Value

/** The value that a session fills in where the database has no clock of its own. */
export const NOW = param('$now')

/** A statement in knex's words, the same for every database; compiled once for each and then run prepared. */
export interface Statement {
  readonly build: (context: SqlContext) => Knex.QueryBuilder
}

/** A statement with the values of one call. */
export type Change = readonly [statement: Statement, values: Values]

export const statement = (build: Statement['build']): Statement => ({ build })

/** A statement in a database's own words, and what to bind to its places, in order. */
export interface NativeStatement {
  readonly sql: string
  readonly bindings: readonly (Param | SqlValue)[]
}

/** knex's query builder takes longer than the query itself; so each statement passes through it once. */
export function compiler(context: SqlContext): (source: Statement) => NativeStatement {
  const known = new WeakMap<Statement, NativeStatement>()
  return (source) => {
    const compiled = known.get(source) ?? compile(source, context)
    known.set(source, compiled)
    return compiled
  }
}

export function compile(source: Statement, context: SqlContext): NativeStatement {
  const { sql, bindings } = source.build(context).toSQL().toNative()
  return { sql, bindings: bindings.map((binding) => numberedParams.get(binding) ?? (binding as Param | SqlValue)) }
}

/** Throws when a value is missing: a bug, which must not become a NULL in the store. */
export function bind(native: NativeStatement, values: Values, now: () => number): SqlValue[] {
  return native.bindings.map((binding) => {
    if (!(binding instanceof Param)) return binding
    if (binding === NOW) return now()
    const value = values[binding.name]
    if (value === undefined) throw new TypeError(`No value for "${binding.name}" in: ${native.sql}`)
    return value
  })
}

/** Written into every identifier that is the name of one of our tables; no column has such a name. */
export const wrapIdentifier =
  (tables: Readonly<Record<string, string>>) =>
  (name: string, wrap: (name: string) => string): string =>
    wrap(Object.hasOwn(tables, name) ? String(tables[name]) : name)
