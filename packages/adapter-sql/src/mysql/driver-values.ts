import mysql2, { type TypedParameterValue } from 'mysql2'
import type { SqlValue } from '../sql/statement.js'

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
      if (!Number.isSafeInteger(value)) throw new TypeError('Only whole numbers below 2^53 are stored.')
      return mysql2.TypedParameter.BIGINT(value)
    case 'string':
      return value
    default:
      return value === null ? null : Buffer.from(value.buffer, value.byteOffset, value.byteLength)
  }
}
