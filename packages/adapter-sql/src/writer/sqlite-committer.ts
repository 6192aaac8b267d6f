import type { Clock } from '@coursepay/core'
import type { Statement } from 'better-sqlite3'
import type { TableNames } from '../schema/table-names.js'
import { NOW, type SqlValue } from '../sql/statement.js'
import type { Cell } from '../sql/table.js'
import type { Connection } from '../sqlite/connections.js'
import type { GroupWriter } from '../sqlite/group-writer.js'
import { isConstraintViolation } from '../sqlite/sqlite-errors.js'
import { type CommitOutcome, type CommitPlan, type PreparedCommit, prepareCommit } from './commit-plan.js'
import type { WriteSyntax } from './write-step.js'

/** Thrown inside a transaction, whose savepoint takes back what was written. */
export class Conflict extends Error {}

interface WriterParts {
  readonly connection: Connection
  readonly tables: TableNames
  readonly clock: Clock
}

/** Statements of a few shapes are prepared again and again: one for each number of rows and set of columns. */
const MAX_PREPARED = 500

/**
 * Writes a commit inside a transaction, by the same statements as on MySQL. Throws `Conflict`, and the driver's errors.
 */
export function commitWriter<Commit>({ connection, tables, clock }: WriterParts, plan: CommitPlan<Commit>) {
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
  return ({ guards, rows }: PreparedCommit): CommitOutcome => {
    for (const { id, version } of guards) {
      if (prepare(guard).get(id, version) === undefined) throw new Conflict()
    }
    for (const [index, step] of plan.steps.entries()) {
      const changes = rows[index] ?? []
      if (changes.length === 0) continue
      const values: SqlValue[] = []
      const writing: WriteSyntax = {
        tables,
        put: bindTo(values, clock),
        ifAbsent: () => 'ON CONFLICT DO NOTHING',
      }
      const { changes: changed } = prepare(step.statement(changes, writing)).run(...values)
      if (step.isExact && changed !== changes.length) throw new Conflict()
    }
    return 'committed'
  }
}

/** Commits as jobs of the group writer. */
export function sqliteCommitter<Commit>(
  parts: WriterParts & { readonly writer: GroupWriter },
  plan: CommitPlan<Commit>,
): (commit: Commit) => Promise<CommitOutcome> {
  const write = commitWriter(parts, plan)
  return (commit) => {
    const ready = prepareCommit(plan, commit)
    return parts.writer
      .run(() => write(ready))
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
