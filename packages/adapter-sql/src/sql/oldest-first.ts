import type { Row, SqlValue } from './statement.js'

/** Orders claimed rows by their making: `create_date`, then `id`. */
export function oldestFirst(one: Row, other: Row): number {
  return compare(one.create_date, other.create_date) || compare(one.id, other.id)
}

function compare(one: SqlValue | undefined, other: SqlValue | undefined): number {
  const [left, right] = [countOf(one), countOf(other)]
  return left < right ? -1 : left > right ? 1 : 0
}

/** A driver answers a BIGINT as the one or the other, and as text when a number would not hold it. */
const countOf = (value: SqlValue | undefined): number | bigint =>
  typeof value === 'bigint' || typeof value === 'number' ? value : BigInt(String(value))
