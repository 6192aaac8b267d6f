import type { TableName } from '../schema/table-names.js'
import * as values from './row-values.js'
import { type Query, type Row, raw, type Sql, type SqlSyntax, type SqlValue } from './sql.js'

/** The database's own time, as the value of a column. */
export const DATABASE_TIME = Symbol('now')
export type Cell = SqlValue | typeof DATABASE_TIME
export type Cells = readonly Cell[]

/** How things of one kind stand in their table: both ways. */
export interface Table<Item> {
  readonly name: TableName
  /** The columns that name a row. */
  readonly key: readonly string[]
  readonly columns: readonly string[]
  /** Where they are among the columns. */
  readonly keyIndexes: readonly number[]
  /** In the order of `columns`. */
  readonly cellsOf: (item: Item) => Cells
  readonly read: (row: Row) => Item
  /**
   * Its columns under names of their own, for a statement that reads several tables: `p.status AS p_status`. `instead`
   * has what is read in place of a column.
   */
  readonly as: (
    alias: string,
    instead?: Readonly<Record<string, string>>,
  ) => { readonly columns: Sql; readonly read: (row: Row) => Item }
}

interface ColumnConversion {
  read(row: Row, column: string): unknown
  write(value: unknown): SqlValue
}

const conversionByKind = {
  /** A BIGINT, which is a decimal string outside. */
  id: { read: values.readId, write: (value) => BigInt(value as string) },
  text: { read: values.readText, write: (value) => value as SqlValue },
  number: { read: values.readNumber, write: (value) => value as SqlValue },
  bytes: { read: values.readBytes, write: (value) => value as SqlValue },
} satisfies Record<string, ColumnConversion>

type ColumnKindOf<Value> = Value extends string ? 'id' | 'text' : Value extends number ? 'number' : 'bytes'
/** What NULL stands for: null, or a member that is left out. */
type AbsenceSuffix<Value> = undefined extends Value ? ' or nothing' : null extends Value ? ' or null' : ''

/** The kind of each member of a thing; its column has the member's name in snake case. */
export type ColumnKinds<Item> = {
  readonly [Member in keyof Required<Item>]: `${ColumnKindOf<NonNullable<Item[Member]>>}${AbsenceSuffix<Item[Member]>}`
}

/** `extraColumns` has further columns, which are no members. */
export function defineTable<Item extends object>(
  name: TableName,
  key: readonly string[],
  columnKinds: ColumnKinds<Item>,
  extraColumns: Readonly<Record<string, (item: Item) => Cell>> = {},
): Table<Item> {
  const members = Object.entries<string>(columnKinds).map(([member, kind]) => memberColumn<Item>(member, kind))
  const writers = [...members.map(({ write }) => write), ...Object.values(extraColumns)]
  const readerOf = (prefix: string) => {
    const read = members.map((each) => ({ ...each, name: prefix + each.column }))
    return (row: Row): Item => {
      const item: Record<string, unknown> = {}
      for (const { member, name, read: readMember } of read) {
        const value = readMember(row, name)
        if (value !== undefined) item[member] = value
      }
      return item as Item
    }
  }
  const columns = [...members.map(({ column }) => column), ...Object.keys(extraColumns)]
  return {
    ...{ name, key, columns, keyIndexes: key.map((column) => columns.indexOf(column)) },
    cellsOf: (item) => writers.map((write) => write(item)),
    read: readerOf(''),
    as: (alias, instead = {}) => ({
      columns: raw(
        members.map(({ column }) => `${instead[column] ?? `${alias}.${column}`} AS ${alias}_${column}`).join(','),
      ),
      read: readerOf(`${alias}_`),
    }),
  }
}

function memberColumn<Item>(member: string, columnKind: string) {
  const [kind, absence] = columnKind.split(' or ')
  const { read, write }: ColumnConversion = conversionByKind[kind as keyof typeof conversionByKind]
  const absent = absence === 'null' ? null : undefined
  return {
    member,
    column: member.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
    read: (row: Row, name: string): unknown => (absence !== undefined && row[name] === null ? absent : read(row, name)),
    write(item: Item): Cell {
      const value = item[member as keyof Item]
      return value === null || value === undefined ? null : write(value)
    },
  }
}

/** `ifAbsent` leaves rows alone that are there already. */
export function insertQuery(
  syntax: SqlSyntax,
  { name, key, columns }: Pick<Table<unknown>, 'name' | 'key' | 'columns'>,
  rows: readonly Cells[],
  ifAbsent = false,
): Query {
  const now = syntax.now()
  const isBound = typeof now === 'number'
  const text = syntax.cachedText(`insert ${name} ${rows.length} ${ifAbsent}`, () => {
    const nowText = isBound ? '?' : now.sql
    const rowPlaceholders = rows.map(
      (row) => `(${row.map((cell) => (cell === DATABASE_TIME ? nowText : '?')).join(',')})`,
    )
    const inserted = `INSERT INTO ${syntax.tables[name].sql} (${columns.join(',')}) VALUES ${rowPlaceholders.join(',')}`
    return ifAbsent ? `${inserted} ${syntax.ifAbsent(String(key[0]))}` : inserted
  })
  const cells = rows.flat()
  const values = isBound
    ? cells.map((cell) => (cell === DATABASE_TIME ? now : cell))
    : cells.filter((cell) => cell !== DATABASE_TIME)
  return { sql: text, values }
}
