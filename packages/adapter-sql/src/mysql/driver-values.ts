import mysql2, { type TypedParameterValue } from 'mysql2'
import { createKeyedCache, type Query, type SqlValue } from '../sql/sql.js'

export type DriverValue = string | Buffer | null | TypedParameterValue

/**
 * Whole numbers go as 64-bit integers. mysql2 alone would send a number as a DOUBLE, which MySQL 8 refuses in LIMIT and
 * which no index on a BIGINT fits, and a bigint as text.
 */
export function toDriverValue(value: SqlValue): DriverValue {
  switch (typeof value) {
    case 'bigint':
      return mysql2.TypedParameter.BIGINT(value)
    case 'number':
      assertSafeInteger(value)
      return mysql2.TypedParameter.BIGINT(value)
    case 'string':
      return value
    default:
      return value === null ? null : asBuffer(value)
  }
}

/**
 * A value as SQL, for several statements in one packet: the protocol prepares only one at a time. Numbers go as digits,
 * since no index on a BIGINT fits a text. The driver escapes texts by backslashes, which `SESSION_SETUP_STATEMENTS`
 * makes every session read.
 */
function toSqlLiteral(value: SqlValue): string {
  if (typeof value === 'bigint') return String(value)
  if (typeof value === 'number') assertSafeInteger(value)
  return mysql2.escape(value instanceof Uint8Array ? asBuffer(value) : value)
}

const cachedStatementParts = createKeyedCache<readonly string[]>()

/** A statement with its values in it. */
export function inlineValues({ sql, values }: Query): string {
  const parts = cachedStatementParts(sql, () => sql.split('?'))
  if (parts.length !== values.length + 1) throw new TypeError(`${values.length} values for the placeholders of: ${sql}`)
  return parts.map((part, index) => (index === 0 ? part : toSqlLiteral(values[index - 1] as SqlValue) + part)).join('')
}

function assertSafeInteger(value: number): void {
  if (!Number.isSafeInteger(value)) throw new TypeError('A stored number must be a whole number below 2^53.')
}

const asBuffer = ({ buffer, byteOffset, byteLength }: Uint8Array) => Buffer.from(buffer, byteOffset, byteLength)
