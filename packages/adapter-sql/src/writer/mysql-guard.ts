import {
  columnsInCondition,
  inCondition,
  type Row,
  raw,
  type Sql,
  type SqlSyntax,
  type SqlValue,
  sql,
  sqlFromTextAndValues,
} from '../sql/sql.js'
import type { AggregateMapping, MappedCommit } from './aggregate-mapping.js'
import { firstKeyValueOf, type RowChange } from './write-step.js'

type GuardedMapping<Commit> = Pick<AggregateMapping<Commit>, 'root' | 'uniqueKey' | 'steps'>
type MappedCommits = readonly MappedCommit[]

/** A statement that is error 1242 unless a condition holds. It is a SELECT, since `DO` hides the error on MariaDB. */
export const errorUnlessQuery = (condition: Sql): Sql =>
  sql`SELECT IF(${condition}, 1, (SELECT 1 UNION SELECT 2)) AS ok`

/**
 * The first statements of a batch: an error unless every guarded row is there with its version, nobody has it or
 * another row that changes locked, and no new key is taken. Nothing waits: locked rows are skipped, and a new key that
 * somebody inserts right now is an error at once. Several statements, since one that skips a locked row and has a
 * NOWAIT too is error 1180 on MariaDB.
 */
export function guardStatements<Commit>(
  mapping: GuardedMapping<Commit>,
  commits: MappedCommits,
  syntax: SqlSyntax,
): Sql[] {
  const conditions = expectedRowsOf(mapping, commits, syntax).map(({ column, rows, from }) => {
    const versions = rows.flatMap(({ key, version }) => (version === null ? [] : [key, version]))
    const unchanged = `AND version = CASE id ${'WHEN ? THEN ? '.repeat(rows.length)}END`
    const isUnchanged = versions.length > 0 ? sqlFromTextAndValues(unchanged, versions) : sql``
    const free = sql`SELECT ${raw(column)} ${from} ${isUnchanged} ${syntax.skipLocked}`
    return sql`(SELECT COUNT(*) FROM (${free}) found) = ${rows.length}`
  })
  const taken = takenKeysQuery(mapping, commits, syntax)
  if (taken !== null) conditions.push(sql`(SELECT COUNT(*) FROM (${taken} FOR UPDATE NOWAIT) found) = 0`)
  return conditions.map(errorUnlessQuery)
}

/** A row that is there before the commit; of the root, with the version that it must have. */
interface ExpectedRow {
  readonly key: SqlValue
  readonly version: number | null
}

/** The rows of one table that a batch finds: to wait for one of them would hold up all. */
interface ExpectedRows {
  readonly column: string
  readonly columns: readonly string[]
  readonly rows: readonly ExpectedRow[]
  readonly from: Sql
  rowsOf(commit: MappedCommit): readonly ExpectedRow[]
}

/** The guarded rows first. */
function expectedRowsOf<Commit>(
  { root, steps }: GuardedMapping<Commit>,
  commits: MappedCommits,
  syntax: SqlSyntax,
): ExpectedRows[] {
  const found = (table: typeof root, columns: readonly string[], rowsOf: ExpectedRows['rowsOf']): ExpectedRows[] => {
    const rows = commits.flatMap(rowsOf)
    const [column = ''] = columns
    if (rows.length === 0) return []
    const keys = rows.map(({ key }) => key)
    return [
      { column, columns, rows, rowsOf, from: sql`FROM ${syntax.tables[table]} WHERE ${inCondition(column, keys)}` },
    ]
  }
  return [
    ...found(root, ['id', 'version'], ({ guards }) => guards.map(({ id, version }) => ({ key: id, version }))),
    ...steps.flatMap((step, index) => {
      const { name, key } = step.table
      if (step.kind === 'insert' || name === root) return []
      const rowOf = (change: RowChange) => ({ key: firstKeyValueOf(step, change), version: null })
      return found(name, key.slice(0, 1), ({ rows }) => (rows[index] ?? []).map(rowOf))
    }),
  ]
}

/** Rows of the root that have a key which a new one is to have. */
function takenKeysQuery(
  { root, uniqueKey }: GuardedMapping<never>,
  commits: MappedCommits,
  { tables }: SqlSyntax,
): Sql | null {
  const keys = commits.flatMap(({ newKeys }) => newKeys)
  if (keys.length === 0) return null
  return sql`SELECT ${raw(uniqueKey.join(', '))} FROM ${tables[root]} WHERE ${columnsInCondition(uniqueKey, keys)}`
}

/**
 * Reads the keys that are taken, and of each table the rows that are free, which it locks, and all. See
 * `readinessFromAnswers`.
 */
export const readinessQueries = <Commit>(
  mapping: GuardedMapping<Commit>,
  commits: MappedCommits,
  syntax: SqlSyntax,
): Sql[] => [
  takenKeysQuery(mapping, commits, syntax) ?? sql`SELECT 1 FROM DUAL WHERE FALSE`,
  ...expectedRowsOf(mapping, commits, syntax).flatMap(({ column, columns, from }) => [
    sql`SELECT ${raw(column)} ${from} ${syntax.skipLocked}`,
    sql`SELECT ${raw(columns.join(', '))} ${from}`,
  ]),
]

/** What became of a commit of a batch whose guard failed. */
export type CommitReadiness = 'ready' | 'locked' | 'conflicting'

/**
 * The readiness of each commit, by the answers to `readinessQueries`. A row that changed or is gone is a conflict, also
 * while it is locked.
 */
export function readinessFromAnswers<Commit>(
  mapping: GuardedMapping<Commit>,
  commits: MappedCommits,
  [taken = [], ...answers]: readonly (readonly Row[])[],
  syntax: SqlSyntax,
): CommitReadiness[] {
  const keys = new Set(taken.map((row) => mapping.uniqueKey.map((column) => row[column]).join(' ')))
  const tables = expectedRowsOf(mapping, commits, syntax).map(({ column, rowsOf }, index) => {
    const [free = [], all = []] = answers.slice(2 * index)
    const locked = new Map(all.map((row) => [String(row[column]), row]))
    const stored = new Map(locked)
    for (const row of free) locked.delete(String(row[column]))
    return {
      isStale: (commit: MappedCommit) =>
        rowsOf(commit).some(
          ({ key, version }) => version !== null && Number(stored.get(String(key))?.version) !== version,
        ),
      isLocked: (commit: MappedCommit) => rowsOf(commit).some(({ key }) => locked.has(String(key))),
    }
  })
  return commits.map((commit) => {
    const isDuplicate = commit.newKeys.some((key) => keys.has(key.join(' ')))
    if (isDuplicate || tables.some(({ isStale }) => isStale(commit))) return 'conflicting'
    return tables.some(({ isLocked }) => isLocked(commit)) ? 'locked' : 'ready'
  })
}
