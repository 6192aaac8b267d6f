import type { TableName } from '../schema/table-names.js'
import { join, type Query, type Sql, type SqlSyntax, type SqlValue, sql } from '../sql/sql.js'
import { type RowChange, rowChangeProofCondition, statementOf, type WriteStep } from './write-step.js'

export type CommitOutcome = 'committed' | 'conflict'

/** A row that must be there with this version. */
export interface VersionGuard {
  readonly id: bigint
  readonly version: number
}

/** How commits of one aggregate are written: which conditions hold, and which statements in which sequence. */
export interface AggregateMapping<Commit> {
  /** The table with the columns `id` and `version`. */
  readonly root: TableName
  readonly steps: readonly WriteStep<Commit>[]
  guardsOf(commit: Commit): readonly VersionGuard[]
  /** Columns of a unique key of `root`, and the values that a commit takes: no row may have them yet. */
  readonly uniqueKey: readonly string[]
  newKeysOf(commit: Commit): readonly (readonly SqlValue[])[]
  /** What names the aggregate: one commit of it at a time. */
  keysOf(commit: Commit): readonly string[]
}

/** One commit, read by its mapping. `rows` has what it writes in each step. */
export interface MappedCommit {
  readonly keys: readonly string[]
  readonly guards: readonly VersionGuard[]
  readonly newKeys: readonly (readonly SqlValue[])[]
  readonly rows: readonly (readonly RowChange[])[]
}

export function mapCommit<Commit>(mapping: AggregateMapping<Commit>, commit: Commit): MappedCommit {
  return {
    keys: mapping.keysOf(commit),
    guards: mapping.guardsOf(commit),
    newKeys: mapping.newKeysOf(commit),
    rows: mapping.steps.map((step) => step.changesOf(commit)),
  }
}

/** About as many bytes as a commit takes in a packet. */
export function estimatedCommitBytes({ rows }: MappedCommit): number {
  const cells = rows.flat().flatMap(({ after }) => after)
  return cells.reduce<number>(
    (sum, cell) => sum + 2 * (typeof cell === 'string' || cell instanceof Uint8Array ? cell.length + 3 : 10),
    0,
  )
}

/** A statement of a commit. It changed as many rows as `mustChange`, or the commit is a conflict. */
export interface WriteStatement {
  readonly query: Query
  readonly mustChange: number | null
}

/** The statements of a batch, in the sequence of the steps. */
export const statementsOf = <Commit>(
  mapping: AggregateMapping<Commit>,
  commits: readonly MappedCommit[],
  syntax: SqlSyntax,
): WriteStatement[] =>
  mapping.steps.flatMap((step, index) => {
    const changes = commits.flatMap(({ rows }) => rows[index] ?? [])
    if (changes.length === 0) return []
    return [{ query: statementOf(step, changes, syntax), mustChange: step.kind === 'remove' ? changes.length : null }]
  })

/** Finds a row that is guarded, while it is at its version. */
export const guardQuery = (
  { root }: AggregateMapping<never>,
  { id, version }: VersionGuard,
  { cachedText, tables }: SqlSyntax,
): Query => ({
  sql: cachedText(`guard ${root}`, () => `SELECT id FROM ${tables[root].sql} WHERE id = ? AND version = ?`),
  values: [id, version],
})

/**
 * A condition that holds when the commit was done; null when nothing would tell. Of a commit that inserts nothing it
 * holds too when somebody else did the same.
 */
export function commitProofCondition<Commit>(
  mapping: AggregateMapping<Commit>,
  { rows }: MappedCommit,
  syntax: SqlSyntax,
): Sql | null {
  const proofsBy = (provesCommit: boolean) =>
    mapping.steps.flatMap((step, index) =>
      step.provesCommit === provesCommit
        ? (rows[index] ?? []).flatMap((change) => rowChangeProofCondition(step, change, syntax) ?? [])
        : [],
    )
  const inserted = proofsBy(true)
  if (inserted.length > 0) return sql`(${join(inserted, ' OR ')})`
  const updated = proofsBy(false)
  return updated.length > 0 ? sql`(${join(updated, ' AND ')})` : null
}
