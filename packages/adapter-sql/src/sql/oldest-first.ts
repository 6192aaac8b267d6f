import type { Row } from './statement.js'

/** Orders claimed rows by their making: `create_date`, then `id`. */
export function oldestFirst(one: Row, other: Row): number {
  return compare(one.create_date, other.create_date) || compare(one.id, other.id)
}

function compare(one: unknown, other: unknown): number {
  const [left, right] = [BigInt(String(one)), BigInt(String(other))]
  return left < right ? -1 : left > right ? 1 : 0
}
