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
 * table are inserted by one statement; changes that differ in nothing but the row they name are one change of many rows, which counts only when
 * it hits every one of them.
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
      if (merged === null) for (const asked of alike) this.#sendFor([asked], asked.statement)
      else this.#sendFor(alike, merged)
    }
  }

  #sendFor(all: readonly Asked[], statement: BoundStatement): void {
    const answer = this.#transaction.ask('change', statement)
    const each = all.length === 1 ? answer : answer.then((rows) => oneOf(rows, all.length), forNobodyAlone)
    for (const { resolve, reject } of all) each.then(resolve, reject)
  }
}

function oneOf(answer: Answer, count: number): Answer {
  if ('affectedRows' in answer && answer.affectedRows === count) return { affectedRows: 1 }
  throw new RowsMissing('One of several rows was not as it should be.')
}

/** A duplicate key is one row's, and no other may take it for its own. */
function forNobodyAlone(error: unknown): never {
  if (error instanceof MysqlFailure && error.isDuplicateKey)
    throw new RowsMissing('One of several rows exists already.')
  throw error
}

/** One statement that does what these do, which are alike but for their values; null when there is none. */
export function merge(alike: readonly BoundStatement[]): BoundStatement | null {
  const sql = alike[0]?.sql ?? ''
  if (sql.startsWith('insert into ')) return mergeInserts(sql, alike)
  return sql.startsWith('update ') ? mergeUpdates(sql, alike) : null
}

const INSERT = /^(insert into [^?]* values )(\(.*\))$/s

function mergeInserts(sql: string, alike: readonly BoundStatement[]): BoundStatement | null {
  const [, head, row] = INSERT.exec(sql) ?? []
  if (head === undefined || row === undefined) return null
  return { sql: head + alike.map(() => row).join(', '), values: alike.flatMap(({ values }) => values) }
}

function mergeUpdates(sql: string, alike: readonly BoundStatement[]): BoundStatement | null {
  const [first = [], ...others] = alike.map(({ values }) => values)
  const differing = [...first.keys()].filter((place) => others.some((values) => values[place] !== first[place]))
  const [place, ...more] = differing
  if (place === undefined || more.length > 0) return null
  const names = [first, ...others].map((values) => values[place] ?? null)
  const parts = sql.split('?')
  const isCondition = parts
    .slice(0, place + 1)
    .join('?')
    .includes(' where ')
  const before = isCondition ? /^(.*`\w+`) = $/s.exec(parts[place] ?? '')?.[1] : undefined
  // The same row twice: the second change of it finds it changed.
  if (before === undefined || new Set(names).size < names.length || !names.every(isKey)) return null
  const list = `${before} in (${names.map(() => '?').join(', ')})`
  const pieces = [...parts.slice(0, place), list]
  return {
    sql: `${pieces.join('?')}${parts.slice(place + 1).join('?')}`,
    values: [...first.slice(0, place), ...names, ...first.slice(place + 1)],
  }
}

const isKey = (value: SqlValue): boolean => typeof value === 'bigint'
