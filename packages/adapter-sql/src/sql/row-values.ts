import type { Row } from './sql.js'

/**
 * Reads columns. A value of another type means that the table is not ours: throws, and is answered `store_unavailable`.
 */
function throwMalformed(column: string): never {
  throw new TypeError(
    `Column ${column} holds a value of the wrong type. Check whether another program writes to this table.`,
  )
}

export function readText<Text extends string = string>(row: Row, column: string): Text {
  const value = row[column]
  return typeof value === 'string' ? (value as Text) : throwMalformed(column)
}

export function readTextOrNull<Text extends string = string>(row: Row, column: string): Text | null {
  return row[column] === null ? null : readText<Text>(row, column)
}

/** A BIGINT id as a decimal string; a JavaScript number would lose digits above 2^53. */
export function readId<Id extends string>(row: Row, column: string): Id {
  const value = row[column]
  return typeof value === 'bigint' || typeof value === 'string' ? (String(value) as Id) : throwMalformed(column)
}

/** Money in fen, a time in ms, or a count: all of them below 2^53. */
export function readNumber<Amount extends number = number>(row: Row, column: string): Amount {
  const number = Number(row[column] ?? throwMalformed(column))
  return Number.isSafeInteger(number) ? (number as Amount) : throwMalformed(column)
}

export function readNumberOrNull<Amount extends number = number>(row: Row, column: string): Amount | null {
  return row[column] === null ? null : readNumber<Amount>(row, column)
}

export function readBytes(row: Row, column: string): Uint8Array {
  const value = row[column]
  return value instanceof Uint8Array ? new Uint8Array(value) : throwMalformed(column)
}
