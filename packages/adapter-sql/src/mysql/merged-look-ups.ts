import { filled } from '../sql/filled.js'
import type { Row, SqlValue } from '../sql/statement.js'
import type { Answer } from './connection.js'
import type { BoundStatement } from './dialect.js'

export interface LookUp {
  readonly statement: BoundStatement
  resolve(answer: Answer): void
}

/**
 * Look-ups that are alike, as one: each statement costs the server its planning, and us the description of all its columns. Rows go to
 * whoever asked for their key.
 */
export function mergeLookUps(asked: readonly LookUp[]): LookUp[] {
  const kinds = Map.groupBy(asked, ({ statement }) => statement.sql)
  return [...kinds.values()].flatMap((alike) => merge(alike) ?? alike)
}

/** By one key, which is a column of the answer too. */
const BY_KEY = /^(select [^?]* where (?:`\w+`\.)?`(\w+)`) = \?$/s

function merge(alike: readonly LookUp[]): LookUp[] | null {
  if (alike.length === 1) return null
  const [, head, column] = BY_KEY.exec(alike[0]?.statement.sql ?? '') ?? []
  if (head === undefined || column === undefined) return null
  const keys = [...new Set(alike.map(keyOf))]
  if (!keys.every(isComparedExactly)) return null
  const values = filled(keys)
  const statement = { sql: `${head} in (${values.map(() => '?').join(', ')})`, values }
  return [{ statement, resolve: (answer) => handOut(answer, column, alike) }]
}

function handOut(answer: Answer, column: string, alike: readonly LookUp[]): void {
  const rows: readonly Row[] = 'affectedRows' in answer ? [] : answer
  const found = Map.groupBy(rows, (row) => String(row[column]))
  for (const lookUp of alike) lookUp.resolve(found.get(String(keyOf(lookUp))) ?? [])
}

const keyOf = ({ statement }: LookUp): SqlValue => statement.values[0] ?? null

/** What the server finds equal is the same text: an id, or a key of ASCII. Another letter would keep the others from their index as well. */
const isComparedExactly = (key: SqlValue): boolean =>
  typeof key === 'bigint' || (typeof key === 'string' && /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(key))
