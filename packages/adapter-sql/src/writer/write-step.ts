import type { TableName, TableNames } from '../schema/table-names.js'
import type { Cell, Cells, Table } from '../sql/table.js'

/** In which words SQL is written, and how values get into it: escaped, or as places of a prepared statement. */
export interface WriteSyntax {
  readonly tables: TableNames
  readonly put: (cell: Cell) => string
  /** Ends an INSERT that leaves rows alone which are there already. */
  readonly ifAbsent: (column: string) => string
}

/** A row before and after; null before its insertion. */
export interface RowChange {
  readonly before: Cells | null
  readonly after: Cells
}

/** One statement of the fixed sequence, for the rows of a whole batch. */
export interface WriteStep<Commit> {
  readonly table: TableName
  /** Each row must have been there, or the commit is a conflict. */
  readonly isExact: boolean
  /** Of the rows that it finds and changes; null of one that inserts. */
  readonly lookup: RowLookup | null
  changesOf(commit: Commit): readonly RowChange[]
  statement(changes: readonly RowChange[], writing: WriteSyntax): string
  /** A condition that the row is as the commit leaves it; null where that tells nothing of who wrote it. */
  proof(change: RowChange, writing: WriteSyntax): string | null
  /** Whether a row that is as the commit leaves it can only be the commit's. Else somebody may have done the same. */
  readonly proves: boolean
}

/** By which column a statement finds its rows. */
export interface RowLookup {
  readonly column: string
  keyOf(change: RowChange): Cell
}

interface InsertOptions {
  /** Leaves rows alone that are there already. Otherwise such a row makes the commit a conflict. */
  readonly ifAbsent?: boolean
  /** Whether a row here proves that the commit was done: nobody else inserts it. (That it is gone proves nothing.) */
  readonly proves?: boolean
}

export function insert<Commit, Item>(
  { name: table, key, columns: names, cellsOf }: Table<Item>,
  itemsOf: (commit: Commit) => readonly Item[],
  { ifAbsent = false, proves = false }: InsertOptions = {},
): WriteStep<Commit> {
  return {
    table,
    proves,
    isExact: false,
    lookup: null,
    changesOf: (commit) => itemsOf(commit).map((item) => ({ before: null, after: cellsOf(item) })),
    statement(changes, { tables, put, ifAbsent: ending }) {
      const rows = changes.map(({ after }) => `(${after.map(put).join(',')})`)
      const insertion = `INSERT INTO ${tables[table]} (${names.join(',')}) VALUES ${rows.join(',')}`
      return ifAbsent ? `${insertion} ${ending(String(key[0]))}` : insertion
    },
    proof: ({ after }, { tables, put }) =>
      proves ? `EXISTS (SELECT 1 FROM ${tables[table]} WHERE ${equalities(names, key, after, put)})` : null,
  }
}

const equalities = (names: readonly string[], key: readonly string[], row: Cells, put: WriteSyntax['put']): string =>
  key.map((column) => `${column} = ${put(cellAt(row, names.indexOf(column)))}`).join(' AND ')

/** Writes the columns that differ, of rows that are there: the guard has seen to that. */
export function update<Commit, Item>(
  { name: table, key, columns: names, cellsOf }: Table<Item>,
  pairsOf: (commit: Commit) => readonly (readonly [before: Item, after: Item])[],
): WriteStep<Commit> {
  const column = String(key[0])
  const keyAt = names.indexOf(column)
  const keyOf = ({ after }: RowChange) => cellAt(after, keyAt)
  return {
    table,
    proves: false,
    isExact: false,
    lookup: { column, keyOf },
    changesOf: (commit) =>
      pairsOf(commit)
        .map(([before, after]) => ({ before: cellsOf(before), after: cellsOf(after) }))
        .filter(({ before, after }) => before.some((cell, index) => cell !== after[index])),
    statement(changes, { tables, put }) {
      const differing = [...names.keys()].filter((index) => changes.some((change) => differs(change, index)))
      const assignments = differing.map((index) => `${names[index]} = ${assigned(changes, index, keyAt, names, put)}`)
      const ids = changes.map((change) => put(keyOf(change)))
      return `UPDATE ${tables[table]} SET ${assignments.join(', ')} WHERE ${column} IN (${ids.join(',')})`
    },
    proof: ({ after }, { tables, put }) => {
      const columns = names.map((name, index) => `${name} <=> ${put(cellAt(after, index))}`)
      return `EXISTS (SELECT 1 FROM ${tables[table]} WHERE ${columns.join(' AND ')})`
    },
  }
}

const differs = ({ before, after }: RowChange, index: number): boolean => before?.[index] !== after[index]

/** One value for all rows where they agree, otherwise one for each. */
function assigned(
  changes: readonly RowChange[],
  index: number,
  keyAt: number,
  names: readonly string[],
  put: WriteSyntax['put'],
): string {
  const values = changes.map(({ after }) => cellAt(after, index))
  const [first] = values
  if (first !== undefined && values.every((value) => value === first)) return put(first)
  const branches = changes.map(({ after }) => `WHEN ${put(cellAt(after, keyAt))} THEN ${put(cellAt(after, index))}`)
  return `CASE ${names[keyAt]} ${branches.join(' ')} END`
}

/** Deletes rows by their key; a row that is not there makes the commit a conflict. */
export function remove<Commit, Item>(
  { name: table, key, columns, cellsOf }: Table<Item>,
  itemsOf: (commit: Commit) => readonly Item[],
): WriteStep<Commit> {
  const [column = ''] = key
  const keyAt = columns.indexOf(column)
  const keyOf = ({ after }: RowChange) => cellAt(after, keyAt)
  return {
    table,
    proves: false,
    isExact: true,
    lookup: { column, keyOf },
    changesOf: (commit) => itemsOf(commit).map((item) => ({ before: null, after: cellsOf(item) })),
    statement: (changes, { tables, put }) =>
      `DELETE FROM ${tables[table]} WHERE ${column} IN (${changes.map((change) => put(keyOf(change))).join(',')})`,
    proof: () => null,
  }
}

/** A cell that is missing would be a mistake of a mapping, never NULL in the store. */
function cellAt(row: Cells, index: number): Cell {
  const cell = row[index]
  if (cell === undefined) throw new TypeError('A row has fewer cells than its table has columns.')
  return cell
}

/** Those of `after` that `before` lacks. */
export function added<Item>(
  before: readonly Item[] = [],
  after: readonly Item[],
  keyOf: (item: Item) => string,
): readonly Item[] {
  if (before === after) return []
  const known = new Set(before.map(keyOf))
  return after.filter((item) => !known.has(keyOf(item)))
}

/** Those of both that may differ, each with what it was. */
export function changed<Item>(
  before: readonly Item[] = [],
  after: readonly Item[],
  keyOf: (item: Item) => string,
): (readonly [before: Item, after: Item])[] {
  if (before === after) return []
  const known = new Map(before.map((item) => [keyOf(item), item]))
  return after.flatMap((item) => {
    const old = known.get(keyOf(item))
    return old === undefined || old === item ? [] : [[old, item] as const]
  })
}
