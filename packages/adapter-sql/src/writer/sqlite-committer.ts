import type { Clock } from '@coursepay/core'
import type { Statement } from 'better-sqlite3'
import type { TableNames } from '../schema/table-names.js'
import { NOW, type SqlValue } from '../sql/statement.js'
import type { Connection } from '../sqlite/connections.js'
import type { GroupWriter } from '../sqlite/group-writer.js'
import { isConstraintViolation } from '../sqlite/sqlite-errors.js'
import { type CommitOutcome, type CommitPlan, type PreparedCommit, prepareCommit } from './commit-plan.js'
import type { Cell, SqlWriting } from './write-step.js'

/** Thrown inside a job, so that its savepoint takes back what it wrote. */
class Conflict extends Error {}

export interface SqliteCommitterParts {
  readonly connection: Connection
  readonly writer: GroupWriter
  readonly tables: TableNames
  readonly clock: Clock
}

/** Statements of a few shapes are prepared again and again: one for each number of rows and set of columns. */
const MAX_PREPARED = 500

/** Commits as jobs of the group writer: the same statements as on MySQL, of one commit at a time. */
export function sqliteCommitter<Commit>(
  { connection, writer, tables, clock }: SqliteCommitterParts,
  plan: CommitPlan<Commit>,
): (commit: Commit) => Promise<CommitOutcome> {
  const prepared = new Map<string, Statement<unknown[]>>()
  const prepare = (sql: string): Statement<unknown[]> => {
    const known = prepared.get(sql)
    if (known !== undefined) return known
    if (prepared.size >= MAX_PREPARED) prepared.clear()
    const made = connection.prepare<unknown[]>(sql)
    prepared.set(sql, made)
    return made
  }
  const guard = `SELECT 1 FROM ${tables[plan.root]} WHERE id = ? AND version = ?`

  function write(commit: PreparedCommit): 'committed' {
    for (const { id, version } of commit.guards) {
      if (prepare(guard).get(id, version) === undefined) throw new Conflict()
    }
    const values: SqlValue[] = []
    const writing: SqlWriting = { tables, put: bindTo(values, clock), ifAbsent: () => 'ON CONFLICT DO NOTHING' }
    for (const [place, step] of plan.steps.entries()) {
      const changes = commit.rows[place] ?? []
      if (changes.length === 0) continue
      values.length = 0
      prepare(step.statement(changes, writing)).run(...values)
    }
    return 'committed'
  }

  return async (commit) => {
    const ready = prepareCommit(plan, commit)
    return writer
      .run<CommitOutcome>(() => write(ready))
      .catch((error: unknown) => {
        const cause = error instanceof Error ? error.cause : null
        if (cause instanceof Conflict || isConstraintViolation(cause)) return 'conflict'
        throw error
      })
  }
}

const bindTo = (values: SqlValue[], clock: Clock) => (cell: Cell) => {
  values.push(cell === NOW ? clock.now() : (cell as SqlValue))
  return '?'
}
