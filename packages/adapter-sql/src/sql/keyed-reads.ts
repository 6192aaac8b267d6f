import type { Knex } from 'knex'
import { byAge } from './sequence.js'
import { type Change, type Param, param, type Row, type SqlValue, type Statement } from './statement.js'

/** The values of one key, and the places in a statement where those of each key go. */
export type KeyValues = readonly SqlValue[]
export type KeyPlaceholders = readonly (readonly Param[])[]

/**
 * Reads of several keys at once. The statements for a number of keys are made once; a few of them serve every number,
 * since the last key fills the places up to the next power of two. None for no keys.
 */
export function keyedReads(
  makeReads: (placeholders: KeyPlaceholders) => readonly Statement[],
): (keys: readonly KeyValues[]) => readonly Change[] {
  const known = new Map<number, readonly Statement[]>()
  return (keys) => {
    if (keys.length === 0) return []
    const padded = padToPowerOfTwo(keys)
    const reads = known.get(padded.length) ?? makeReads(padded.map(placeholdersOf))
    known.set(padded.length, reads)
    const values = padded.flatMap((key, index) =>
      key.map((value, part) => [placeholderName(index, part), value] as const),
    )
    return reads.map((read): Change => [read, Object.fromEntries(values)])
  }
}

/** A condition: the columns hold the values of any of these keys. */
export const whereAny =
  (columns: readonly string[], placeholders: KeyPlaceholders) =>
  (query: Knex.QueryBuilder): void => {
    const [column = ''] = columns
    if (columns.length === 1) void query.whereIn(column, placeholders.flat())
    // MariaDB finds no index for a list of pairs.
    else
      for (const key of placeholders)
        void query.orWhere(Object.fromEntries(columns.map((name, part) => [name, key[part]])))
  }

const placeholdersOf = (key: KeyValues, index: number) => key.map((_, part) => param(placeholderName(index, part)))

const placeholderName = (index: number, part: number) => `key${index}_${part}`

function padToPowerOfTwo<Value>(values: readonly Value[]): readonly Value[] {
  const placeholders = 2 ** Math.ceil(Math.log2(values.length))
  return [...values, ...values.slice(-1).flatMap((last) => Array<Value>(placeholders - values.length).fill(last))]
}

/** Each row once, however many keys led to it; by `create_date`, then by the id in `key`. */
export function oldestFirst(rows: readonly Row[], key: string): readonly Row[] {
  if (rows.length < 2) return rows
  const unique = [...new Map(rows.map((row) => [String(row[key]), row])).values()]
  return unique.sort(
    byAge(
      ({ create_date }) => Number(create_date),
      (row) => row[key],
    ),
  )
}
