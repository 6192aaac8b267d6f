import type { SqlValue } from '../sql/statement.js'
import type { Answer } from './connection.js'
import type { BoundStatement } from './dialect.js'
import { MysqlFailure } from './mysql-failure.js'
import type { UnitConnection } from './unit-connection.js'

interface Asked {
  readonly statement: BoundStatement
  resolve(answer: Answer): void
  reject(error: unknown): void
}

/** Said to all whose changes were one statement that did not do all of them: the server does not tell whose was the one. */
class RowsMissing extends Error {}

/**
 * Changes of units that share a transaction, as fewer statements: the server takes longer to read a statement than to change a row. Rows for one
 * table are inserted by one statement; changes that differ in the row they name, and in what they set there, are one change of many rows, which
 * counts only when it hits every one of them.
 */
export class MergedChanges {
  readonly #transaction: UnitConnection
  readonly #asked: Asked[] = []

  constructor(transaction: UnitConnection) {
    this.#transaction = transaction
  }

  ask(statement: BoundStatement): Promise<Answer> {
    return new Promise((resolve, reject) => this.#asked.push({ statement, resolve, reject }))
  }

  /** Sends everything that was asked for; statements go in the order in which the first of their kind was asked for. */
  send(): void {
    const kinds = Map.groupBy(this.#asked.splice(0), ({ statement }) => statement.sql)
    for (const alike of kinds.values()) {
      const merged = alike.length === 1 ? null : merge(alike.map(({ statement }) => statement))
      if (merged === null) for (const asked of alike) this.#sendAlone(asked)
      else this.#sendFor(alike, merged)
    }
  }

  #sendAlone({ statement, resolve, reject }: Asked): void {
    this.#transaction.ask('change', statement).then(resolve, reject)
  }

  #sendFor(all: readonly Asked[], { counts, ...statement }: Merged): void {
    const each = this.#transaction
      .ask('change', statement)
      .then((answer) => oneOf(answer, counts ? all.length : null), forNobodyAlone)
    for (const { resolve, reject } of all) each.then(resolve, reject)
  }
}

/** `count` is null where each row is changed for sure, and counted as one or two. */
function oneOf(answer: Answer, count: number | null): Answer {
  if (count === null || ('affectedRows' in answer && answer.affectedRows === count)) return { affectedRows: 1 }
  throw new RowsMissing('One of several rows was not as it should be.')
}

/** A refused row is one unit's, and no other may take it for its own. */
function forNobodyAlone(error: unknown): never {
  if (error instanceof MysqlFailure && error.isRefusedRow) throw new RowsMissing('One of several rows was refused.')
  throw error
}

interface Merged extends BoundStatement {
  /** It must tell as many rows as it was made of statements. */
  readonly counts: boolean
}

/** One statement that does what these do, which are alike but for their values; null when there is none. */
export function merge(alike: readonly BoundStatement[]): Merged | null {
  const sql = alike[0]?.sql ?? ''
  if (sql.startsWith('insert into ')) return mergeInserts(sql, alike)
  return sql.startsWith('update ') ? mergeUpdates(sql, alike) : null
}

const INSERT = /^(insert into [^?]* values )(\(.*?\))( on duplicate key update [^?]*)?$/s

function mergeInserts(sql: string, alike: readonly BoundStatement[]): Merged | null {
  const [, head, row, whenThere = ''] = INSERT.exec(sql) ?? []
  if (head === undefined || row === undefined) return null
  const rows = alike.map(() => row).join(', ')
  return { sql: head + rows + whenThere, values: alike.flatMap(({ values }) => values), counts: whenThere === '' }
}

/** Changes that differ in the row, and in what they set there. */
function mergeUpdates(sql: string, alike: readonly BoundStatement[]): Merged | null {
  const parts = sql.split('?')
  const [first = [], ...others] = alike.map(({ values }) => values)
  const differing = [...first.keys()].filter((place) => others.some((values) => values[place] !== first[place]))
  const firstCondition = parts.findIndex((part) => part.includes(' where '))
  const [place, ...more] = differing.filter((at) => at >= firstCondition)
  if (firstCondition === -1 || place === undefined || more.length > 0) return null
  const keys = [first, ...others].map((values) => values[place] ?? null)
  const [, before, column] = /^(.*(`\w+`)) = $/s.exec(parts[place] ?? '') ?? []
  // The same row twice: the second change of it finds it changed.
  if (before === undefined || column === undefined || new Set(keys).size < keys.length || !keys.every(isKey))
    return null
  const written = first.map((value, at) => {
    if (at === place) return { sql: ` in (${keys.map(() => '?').join(', ')})`, values: keys }
    if (!differing.includes(at)) return { sql: '?', values: [value] }
    const cases = alike.flatMap(({ values }, row) => [keys[row] ?? null, values[at] ?? null])
    return { sql: `(case ${column}${keys.map(() => ' when ? then ?').join('')} end)`, values: cases }
  })
  const pieces = parts.map((part, at) => (at === place ? before : part) + (written[at]?.sql ?? ''))
  return { sql: pieces.join(''), values: written.flatMap(({ values }) => values), counts: true }
}

const isKey = (value: SqlValue): boolean => typeof value === 'bigint'
