import type { TableName } from '../schema/table-names.js'
import { equal, isOneOf, join, type Query, raw, type Sql, type SqlValue, type SqlWords, sql } from '../sql/sql.js'
import { type Cells, insertion, type Table } from '../sql/table.js'

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
  statement(changes: readonly RowChange[], words: SqlWords): Query
  /** A condition that the row is as the commit leaves it; null where that tells nothing of who wrote it. */
  proof(change: RowChange, words: SqlWords): Sql | null
  /** Whether a row that is as the commit leaves it can only be the commit's. Else somebody may have done the same. */
  readonly proves: boolean
}

/** By which column a statement finds its rows. */
export interface RowLookup {
  readonly column: string
  keyOf(change: RowChange): SqlValue
}

interface InsertOptions {
  /** Leaves rows alone that are there already. Otherwise such a row makes the commit a conflict. */
  readonly ifAbsent?: boolean
  /** Whether a row here proves that the commit was done: nobody else inserts it. (That it is gone proves nothing.) */
  readonly proves?: boolean
}

export function insert<Commit, Item>(
  table: Table<Item>,
  itemsOf: (commit: Commit) => readonly Item[],
  { ifAbsent = false, proves = false }: InsertOptions = {},
): WriteStep<Commit> {
  const { name, key, columns, cellsOf } = table
  const keyAt = key.map((column) => columns.indexOf(column))
  return {
    ...{ table: name, proves, isExact: false, lookup: null },
    changesOf: (commit) => itemsOf(commit).map((item) => ({ before: null, after: cellsOf(item) })),
    statement: (changes, words) =>
      insertion(
        words,
        table,
        changes.map(({ after }) => after),
        ifAbsent,
      ),
    proof({ after }, words) {
      const values = keyAt.map((index) => cellAt(after, index))
      return proves ? sql`EXISTS (SELECT 1 FROM ${words.tables[name]} WHERE ${equal(key, values)})` : null
    },
  }
}

/** Writes the columns that differ, of rows that are there: the guard has seen to that. */
export function update<Commit, Item>(
  table: Table<Item>,
  pairsOf: (commit: Commit) => readonly (readonly [before: Item, after: Item])[],
): WriteStep<Commit> {
  const { name, columns, cellsOf } = table
  const lookup = lookupIn(table)
  return {
    ...{ table: name, proves: false, isExact: false, lookup },
    changesOf: (commit) =>
      pairsOf(commit)
        .map(([before, after]) => ({ before: cellsOf(before), after: cellsOf(after) }))
        .filter(({ before, after }) => before.some((cell, index) => cell !== after[index])),
    statement(changes, words) {
      const differing = [...columns.keys()].filter((index) =>
        changes.some(({ before, after }) => before?.[index] !== after[index]),
      )
      // One value for all rows where they agree, otherwise one for each.
      const agreed = differing.filter((index) =>
        changes.every(({ after }) => after[index] === changes[0]?.after[index]),
      )
      const text = words.text(`update ${name} ${changes.length} ${differing} ${agreed}`, () => {
        const branches = `CASE ${lookup.column} ${'WHEN ? THEN ? '.repeat(changes.length)}END`
        const assigned = differing.map((index) => `${columns[index]} = ${agreed.includes(index) ? '?' : branches}`)
        const keys = changes.map(() => '?')
        return `UPDATE ${words.tables[name].sql} SET ${assigned.join(', ')} WHERE ${lookup.column} IN (${keys.join(',')})`
      })
      const values = differing.flatMap((index) =>
        agreed.includes(index)
          ? changes.slice(0, 1).map(({ after }) => cellAt(after, index))
          : changes.flatMap((change) => [lookup.keyOf(change), cellAt(change.after, index)]),
      )
      return { sql: text, values: [...values, ...changes.map(lookup.keyOf)] }
    },
    proof({ after }, words) {
      const isAsLeft = columns.map((column, index) => sql`${raw(column)} <=> ${cellAt(after, index)}`)
      return sql`EXISTS (SELECT 1 FROM ${words.tables[name]} WHERE ${join(isAsLeft, ' AND ')})`
    },
  }
}

/** Deletes rows by their key; a row that is not there makes the commit a conflict. */
export function remove<Commit, Item>(
  table: Table<Item>,
  itemsOf: (commit: Commit) => readonly Item[],
): WriteStep<Commit> {
  const { name, cellsOf } = table
  const lookup = lookupIn(table)
  return {
    ...{ table: name, proves: false, isExact: true, lookup },
    changesOf: (commit) => itemsOf(commit).map((item) => ({ before: null, after: cellsOf(item) })),
    statement: (changes, words) =>
      sql`DELETE FROM ${words.tables[name]} WHERE ${isOneOf(
        [lookup.column],
        changes.map((change) => [lookup.keyOf(change)]),
      )}`,
    proof: () => null,
  }
}

function lookupIn({ key: [column = ''], columns }: Pick<Table<unknown>, 'key' | 'columns'>): RowLookup {
  const keyAt = columns.indexOf(column)
  return { column, keyOf: ({ after }) => cellAt(after, keyAt) }
}

/** A cell that is missing would be a mistake of a mapping, never NULL in the store. No row is found by the time. */
function cellAt(row: Cells, index: number): SqlValue {
  const cell = row[index]
  if (cell === undefined || typeof cell === 'symbol') throw new TypeError('A row has no such value.')
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
