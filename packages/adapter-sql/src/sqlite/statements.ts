import type { Clock } from '@coursepay/core'
import type { Statement } from 'better-sqlite3'
import { indexNameOf } from '../schema/table-definition.js'
import type { TableNames } from '../schema/table-names.js'
import { createKeyedCache, type Query, type Row, raw, type SqlSyntax, tableNamesAsSql } from '../sql/sql.js'
import {
  type AggregateMapping,
  type CommitOutcome,
  guardQuery,
  type MappedCommit,
  statementsOf,
} from '../writer/aggregate-mapping.js'
import type { Connection } from './database-file.js'

export const createSqliteSyntax = (names: TableNames, clock: Clock): SqlSyntax => ({
  cachedText: createKeyedCache(),
  tables: tableNamesAsSql(names),
  now: () => clock.now(),
  byIndex: (table, columns, alias = '') =>
    raw(`${names[table]} ${alias === '' ? '' : `AS ${alias}`} INDEXED BY ${indexNameOf(names[table], columns)}`),
  joinInOrder: raw('CROSS JOIN'),
  // There is one writer at a time.
  forUpdate: raw(''),
  skipLocked: raw(''),
  ifAbsent: () => 'ON CONFLICT DO NOTHING',
})

/** The statements of one connection, each prepared when it is first used. Throws the driver's errors. */
export class PreparedStatements {
  readonly #connection: Connection
  readonly #prepared = createKeyedCache<Statement<unknown[], Row>>()
  /** How many rows were changed so far. */
  changes = 0

  constructor(connection: Connection) {
    this.#connection = connection
  }

  run = ({ sql, values }: Query): number => {
    const { changes } = this.#prepare(sql).run(...values)
    this.changes += changes
    return changes
  }

  all = ({ sql, values }: Query): Row[] => this.#prepare(sql).all(...values)

  #prepare = (sql: string) =>
    this.#prepared(sql, () => this.#connection.prepare<unknown[], Row>(sql).safeIntegers(true))
}

/** Thrown inside a transaction, of which what was written is to be taken back. */
export class CommitConflict extends Error {}

/** Writes a commit inside a transaction. Throws `CommitConflict`, and the driver's errors. */
export function writeCommit<Commit>(
  statements: PreparedStatements,
  mapping: AggregateMapping<Commit>,
  commit: MappedCommit,
  syntax: SqlSyntax,
): CommitOutcome {
  if (commit.guards.some((guard) => statements.all(guardQuery(mapping, guard, syntax)).length === 0)) return 'conflict'
  for (const { query, mustChange } of statementsOf(mapping, [commit], syntax)) {
    const changed = statements.run(query)
    if (mustChange !== null && changed !== mustChange) throw new CommitConflict()
  }
  return 'committed'
}
