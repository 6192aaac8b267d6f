import type { TableName } from '../schema/table-names.js'
import * as values from './row-values.js'
import {
  type Change,
  type NOW,
  type Param,
  param,
  type Row,
  type SqlValue,
  type Statement,
  statement,
  type Values,
} from './statement.js'

/** A value of a column; `NOW` is the database's own time. */
export type Cell = SqlValue | typeof NOW
export type Cells = readonly Cell[]

/** How things of one kind stand in their table: both ways. */
export interface Table<Item> {
  readonly name: TableName
  /** The columns that name a row. */
  readonly key: readonly string[]
  readonly columns: readonly string[]
  /** In the order of `columns`. */
  readonly cellsOf: (item: Item) => Cells
  readonly read: (row: Row) => Item
  /** The values of an item for a statement that has places for them, which `params` are by column. */
  readonly valuesOf: (item: Item) => Values
  readonly params: Readonly<Record<string, Param>>
  readonly insertion: Statement
}

interface ColumnKind {
  read(row: Row, column: string): unknown
  write(value: unknown): SqlValue
}

const kinds = {
  /** A BIGINT, which is a decimal string outside. */
  id: { read: values.readId, write: (value) => BigInt(value as string) },
  text: { read: values.readText, write: (value) => value as SqlValue },
  number: { read: values.readNumber, write: (value) => value as SqlValue },
  bytes: { read: values.readBytes, write: (value) => value as SqlValue },
} satisfies Record<string, ColumnKind>

type KindOf<Value> = Value extends string ? 'id' | 'text' : Value extends number ? 'number' : 'bytes'
/** What NULL stands for: null, or a member that is left out. */
type Absence<Value> = undefined extends Value ? ' or nothing' : null extends Value ? ' or null' : ''

/** The kind of each member of a thing; its column has the member's name in snake case. */
export type ColumnKinds<Item> = {
  readonly [Member in keyof Required<Item>]: `${KindOf<NonNullable<Item[Member]>>}${Absence<Item[Member]>}`
}

/** `written` has further columns, which are no members. */
export function defineTable<Item extends object>(
  name: TableName,
  key: readonly string[],
  columnKinds: ColumnKinds<Item>,
  written: Readonly<Record<string, (item: Item) => Cell>> = {},
): Table<Item> {
  const members = Object.entries<string>(columnKinds).map(([member, kind]) => memberColumn<Item>(member, kind))
  const columns = [...members.map(({ column }) => column), ...Object.keys(written)]
  const writers = [...members.map(({ write }) => write), ...Object.values(written)]
  const params = Object.fromEntries(columns.map((column) => [column, param(column)]))
  const cellsOf = (item: Item) => writers.map((write) => write(item))
  return {
    ...{ name, key, columns, cellsOf },
    read(row) {
      const item: Record<string, unknown> = {}
      for (const { member, read } of members) {
        const value = read(row)
        if (value !== undefined) item[member] = value
      }
      return item as Item
    },
    params,
    insertion: statement(({ sql }) => sql(name).insert(params)),
    valuesOf(item) {
      const cells = cellsOf(item)
      return Object.fromEntries(columns.map((column, index) => [column, cells[index] as SqlValue]))
    },
  }
}

export const insertion = <Item>(table: Table<Item>, item: Item): Change => [table.insertion, table.valuesOf(item)]

/** The same rows with some of the members. */
export function readOnly<Item, Member extends keyof Item>(
  { read }: Table<Item>,
  ...members: readonly Member[]
): (row: Row) => Pick<Item, Member> {
  return (row) => {
    const item = read(row)
    return Object.fromEntries(members.map((member) => [member, item[member]])) as Pick<Item, Member>
  }
}

function memberColumn<Item>(member: string, columnKind: string) {
  const column = member.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
  const [kind, absence] = columnKind.split(' or ')
  const { read, write }: ColumnKind = kinds[kind as keyof typeof kinds]
  const absent = absence === 'null' ? null : undefined
  return {
    member,
    column,
    read: (row: Row): unknown => (absence !== undefined && row[column] === null ? absent : read(row, column)),
    write(item: Item): Cell {
      const value = item[member as keyof Item]
      return value === null || value === undefined ? null : write(value)
    },
  }
}
