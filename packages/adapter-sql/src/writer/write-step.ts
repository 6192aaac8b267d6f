import {
  columnsEqualCondition,
  inCondition,
  join,
  type Query,
  raw,
  type Sql,
  type SqlSyntax,
  type SqlValue,
  sql,
} from '../sql/sql.js'
import { type Cells, insertQuery, type Table } from '../sql/table.js'

/** A row before and after; null before its insertion. */
export interface RowChange {
  readonly before: Cells | null
  readonly after: Cells
}

/** One statement of the fixed sequence, for the rows of a whole batch. */
export interface WriteStep<Commit> {
  readonly kind: 'insert' | 'update' | 'remove'
  readonly table: Omit<Table<unknown>, 'cellsOf'>
  /** An insert leaves rows alone that are there already. Otherwise such a row makes the commit a conflict. */
  readonly ifAbsent: boolean
  /** Whether a row that is as the commit leaves it can only be the commit's. Else somebody may have done the same. */
  readonly provesCommit: boolean
  changesOf(commit: Commit): readonly RowChange[]
}

type WriteStepOfAnyCommit = Omit<WriteStep<never>, 'changesOf'>

interface InsertOptions {
  readonly ifAbsent?: boolean
  /** Nobody else inserts a row here. (That it is gone proves nothing.) */
  readonly provesCommit?: boolean
}

export const defineInsertStep = <Commit, Item>(
  table: Table<Item>,
  itemsOf: (commit: Commit) => readonly Item[],
  { ifAbsent = false, provesCommit = false }: InsertOptions = {},
): WriteStep<Commit> => ({
  ...{ kind: 'insert', table, ifAbsent, provesCommit },
  changesOf: (commit) => itemsOf(commit).map((item) => ({ before: null, after: table.cellsOf(item) })),
})

/** Writes the columns that differ, of rows that are there: the guard has seen to that. */
export const defineUpdateStep = <Commit, Item>(
  table: Table<Item>,
  pairsOf: (commit: Commit) => readonly (readonly [before: Item, after: Item])[],
): WriteStep<Commit> => ({
  ...{ kind: 'update', table, ifAbsent: false, provesCommit: false },
  changesOf: (commit) =>
    pairsOf(commit)
      .map(([before, after]) => ({ before: table.cellsOf(before), after: table.cellsOf(after) }))
      .filter(({ before, after }) => before.some((cell, index) => cell !== after[index])),
})

/** Deletes rows by their key; a row that is not there makes the commit a conflict. */
export const defineRemoveStep = <Commit, Item>(
  table: Table<Item>,
  itemsOf: (commit: Commit) => readonly Item[],
): WriteStep<Commit> => ({ ...defineInsertStep(table, itemsOf), kind: 'remove' })

/** By what a statement finds a row: the first column of its key. */
export const firstKeyValueOf = ({ table }: WriteStepOfAnyCommit, { after }: RowChange): SqlValue =>
  cellAtIndex(after, table.keyIndexes[0] ?? 0)

export function statementOf(step: WriteStepOfAnyCommit, changes: readonly RowChange[], syntax: SqlSyntax): Query {
  const { kind, table, ifAbsent } = step
  if (kind === 'update') return updateQuery(step, changes, syntax)
  const rows = changes.map(({ after }) => after)
  if (kind === 'insert') return insertQuery(syntax, table, rows, ifAbsent)
  const keys = changes.map((change) => firstKeyValueOf(step, change))
  return sql`DELETE FROM ${syntax.tables[table.name]} WHERE ${inCondition(String(table.key[0]), keys)}`
}

/** One value for all rows where they agree, otherwise one for each. */
function updateQuery(step: WriteStepOfAnyCommit, changes: readonly RowChange[], syntax: SqlSyntax): Query {
  const { name, columns, key } = step.table
  const differing: number[] = []
  const agreed: number[] = []
  for (let index = 0; index < columns.length; index += 1) {
    if (changes.every(({ before, after }) => before?.[index] === after[index])) continue
    differing.push(index)
    if (changes.every(({ after }) => after[index] === changes[0]?.after[index])) agreed.push(index)
  }
  const text = syntax.cachedText(`update ${name} ${changes.length} ${differing} ${agreed}`, () => {
    const branches = `CASE ${key[0]} ${'WHEN ? THEN ? '.repeat(changes.length)}END`
    const assigned = differing.map((index) => `${columns[index]} = ${agreed.includes(index) ? '?' : branches}`)
    const keys = changes.map(() => '?')
    return `UPDATE ${syntax.tables[name].sql} SET ${assigned.join(', ')} WHERE ${key[0]} IN (${keys.join(',')})`
  })
  const values = differing.flatMap((index) =>
    agreed.includes(index)
      ? changes.slice(0, 1).map(({ after }) => cellAtIndex(after, index))
      : changes.flatMap((change) => [firstKeyValueOf(step, change), cellAtIndex(change.after, index)]),
  )
  return { sql: text, values: [...values, ...changes.map((change) => firstKeyValueOf(step, change))] }
}

/** A condition that the row is as the commit leaves it; null where that tells nothing of who wrote it. */
export function rowChangeProofCondition(
  { kind, table, provesCommit }: WriteStepOfAnyCommit,
  { after }: RowChange,
  syntax: SqlSyntax,
): Sql | null {
  const { columns, key, keyIndexes } = table
  if (kind === 'update') {
    const isAsLeft = columns.map((column, index) => sql`${raw(column)} <=> ${cellAtIndex(after, index)}`)
    return sql`EXISTS (SELECT 1 FROM ${syntax.tables[table.name]} WHERE ${join(isAsLeft, ' AND ')})`
  }
  const values = keyIndexes.map((index) => cellAtIndex(after, index))
  return provesCommit
    ? sql`EXISTS (SELECT 1 FROM ${syntax.tables[table.name]} WHERE ${columnsEqualCondition(key, values)})`
    : null
}

/** A cell that is missing would be a mistake of a mapping, never NULL in the store. No row is found by the time. */
function cellAtIndex(row: Cells, index: number): SqlValue {
  const cell = row[index]
  if (cell === undefined || typeof cell === 'symbol') throw new TypeError('A row has no such value.')
  return cell
}

/** Those of `after` that `before` lacks. */
export function addedItems<Item>(
  before: readonly Item[] = [],
  after: readonly Item[],
  keyOf: (item: Item) => string,
): readonly Item[] {
  if (before === after) return []
  const known = new Set(before.map(keyOf))
  return after.filter((item) => !known.has(keyOf(item)))
}

/** Those of both that may differ, each with what it was. */
export function changedItemPairs<Item>(
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
