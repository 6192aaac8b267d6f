import { isSnowflake } from '../../shared/identifiers.js'
import type { StoreCall } from './simulated-stores.js'

/** Members by which a row is known; what has none of them in common is not the same row. */
const ID_MEMBERS = ['id', 'payNo', 'outBusinessId', 'chooseCourseId']

/** The rows that a write locks, as names that are the same for the same row. */
export function rowsOf({ store, method, values }: StoreCall): string[] {
  const table = store === 'watch' ? 'payRecords' : store
  const ids = values.flatMap(idsOf).map((id) => `${table} ${id}`)
  // Opening a refund sets an amount of its payment aside.
  if (store === 'refunds' && method === 'open')
    return [...ids, ...values.flatMap(idsOf).map((id) => `payRecords ${id}`)]
  return ids
}

function idsOf(value: unknown): string[] {
  if (isSnowflake(value)) return [value]
  if (typeof value !== 'object' || value === null) return []
  return ID_MEMBERS.map((name) => Reflect.get(value, name)).filter(isSnowflake)
}

/** Who wrote which row when; counted, not timed. */
export interface WrittenRows {
  /** A count that grows with every write. */
  readonly count: number
  note(rows: readonly string[]): void
  /** True when one of these rows was written after that count. */
  since(count: number, rows: readonly string[]): boolean
}

export function writtenRows(): WrittenRows {
  const last = new Map<string, number>()
  let count = 0
  return {
    get count() {
      return count
    },
    note(rows) {
      count += 1
      for (const row of rows) last.set(row, count)
    },
    since: (from, rows) => rows.some((row) => (last.get(row) ?? 0) > from),
  }
}
