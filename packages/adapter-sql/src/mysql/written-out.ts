import mysql2 from 'mysql2'
import type { SqlValue } from '../sql/statement.js'

/**
 * A statement with its values in it, for several to go in one packet: the protocol prepares only one at a time. Numbers go as digits, since
 * no index on a BIGINT fits a text. The driver escapes texts by backslashes, which `sessionSettings` makes every session read.
 */
export function writtenOut(sql: string, values: readonly SqlValue[]): string {
  return mysql2.format(sql, values.map(toWritten))
}

type Written = string | number | Buffer | null | ReturnType<typeof mysql2.raw>

function toWritten(value: SqlValue): Written {
  if (typeof value === 'bigint') return mysql2.raw(String(value))
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength)
  if (typeof value === 'number' && !Number.isSafeInteger(value)) {
    throw new TypeError('Only whole numbers below 2^53 are stored.')
  }
  return value
}
