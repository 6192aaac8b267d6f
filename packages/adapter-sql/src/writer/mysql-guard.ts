import { isOneOf, join, type Row, raw, type Sql, type SqlWords, sql } from '../sql/sql.js'
import type { CommitPlan, PreparedCommit } from './commit-plan.js'

type GuardedTables<Commit> = Pick<CommitPlan<Commit>, 'root' | 'uniqueKey' | 'steps'>
type Commits = readonly PreparedCommit[]

/** A statement that is error 1242 unless a condition holds. It is a SELECT, since `DO` hides the error on MariaDB. */
export const errorUnless = (condition: Sql): Sql => sql`SELECT IF(${condition}, 1, (SELECT 1 UNION SELECT 2)) AS ok`

/**
 * The first statements of a batch: an error unless every guarded row is there with its version, nobody has it or
 * another row that changes locked, and no new key is taken. Nothing waits: locked rows are skipped, and a new key that
 * somebody inserts right now is an error at once. Several statements, since one that skips a locked row and has a
 * NOWAIT too is error 1180 on MariaDB.
 */
export function guardStatements<Commit>(plan: GuardedTables<Commit>, commits: Commits, words: SqlWords): Sql[] {
  const { guards, roots } = guardedRoots(plan, commits, words)
  const taken = takenKeys(plan, commits, words)
  const versions = guards.map(({ id, version }) => sql`WHEN ${id} THEN ${version}`)
  const conditions = changedRows(plan, commits, words).map(({ query, keys }) => isCount(keys.size, query, words))
  if (roots !== null) {
    const unchanged = sql`SELECT id ${roots} AND version = CASE id ${join(versions, ' ')} END`
    conditions.unshift(isCount(guards.length, unchanged, words))
  }
  if (taken !== null) conditions.push(sql`(SELECT COUNT(*) FROM (${taken} FOR UPDATE NOWAIT) found) = 0`)
  return conditions.map(errorUnless)
}

const isCount = (count: number, query: Sql, { skipLocked }: SqlWords) =>
  sql`(SELECT COUNT(*) FROM (${query} ${skipLocked}) found) = ${count}`

function guardedRoots({ root }: { readonly root: CommitPlan<never>['root'] }, commits: Commits, { tables }: SqlWords) {
  const guards = commits.flatMap((commit) => commit.guards)
  const named = () =>
    isOneOf(
      ['id'],
      guards.map(({ id }) => [id]),
    )
  return { guards, roots: guards.length === 0 ? null : sql`FROM ${tables[root]} WHERE ${named()}` }
}

/** Rows of the root that have a key which a new one is to have. */
function takenKeys(
  { root, uniqueKey }: Omit<GuardedTables<never>, 'steps'>,
  commits: Commits,
  { tables }: SqlWords,
): Sql | null {
  const keys = commits.flatMap(({ newKeys }) => newKeys)
  if (keys.length === 0) return null
  return sql`SELECT ${raw(uniqueKey.join(', '))} FROM ${tables[root]} WHERE ${isOneOf(uniqueKey, keys)}`
}

interface ChangedRows {
  readonly query: Sql
  readonly column: string
  readonly keys: ReadonlySet<string>
  keysOf(commit: PreparedCommit): readonly string[]
}

/** The rows beside the guarded ones that a batch finds and changes: to wait for one of them would hold up all. */
function changedRows<Commit>(
  { root, steps }: GuardedTables<Commit>,
  commits: Commits,
  { tables }: SqlWords,
): ChangedRows[] {
  return steps.flatMap(({ table, lookup }, index) => {
    if (lookup === null || table === root) return []
    const { column, keyOf } = lookup
    const changes = commits.flatMap(({ rows }) => rows[index] ?? [])
    if (changes.length === 0) return []
    const named = isOneOf(
      [column],
      changes.map((change) => [keyOf(change)]),
    )
    return [
      {
        query: sql`SELECT ${raw(column)} FROM ${tables[table]} WHERE ${named}`,
        column,
        keys: new Set(changes.map((change) => String(keyOf(change)))),
        keysOf: ({ rows }) => (rows[index] ?? []).map((change) => String(keyOf(change))),
      },
    ]
  })
}

/** What became of the commits of a batch whose guard failed. */
export interface SortedBatch {
  readonly ready: readonly number[]
  readonly locked: readonly number[]
  readonly conflicting: readonly number[]
}

/** Locks the rows that are free, then reads all of them, and the keys that are taken. The answers: see `sortBatch`. */
export function sortingStatements<Commit>(plan: GuardedTables<Commit>, commits: Commits, words: SqlWords): Sql[] {
  const { roots } = guardedRoots(plan, commits, words)
  const { skipLocked } = words
  const none = sql`SELECT 1 FROM DUAL WHERE FALSE`
  return [
    ...(roots === null ? [none, none] : [sql`SELECT id ${roots} ${skipLocked}`, sql`SELECT id, version ${roots}`]),
    takenKeys(plan, commits, words) ?? none,
    ...changedRows(plan, commits, words).flatMap(({ query }) => [sql`${query} ${skipLocked}`, query]),
  ]
}

/**
 * Places of the commits, by what became of them. A row that changed or is gone is a conflict, also while it is locked.
 */
export function sortBatch<Commit>(
  plan: GuardedTables<Commit>,
  commits: Commits,
  [lockedNow = [], stored = [], taken = [], ...others]: readonly (readonly Row[])[],
  words: SqlWords,
): SortedBatch {
  const ours = new Set(lockedNow.map(({ id }) => String(id)))
  const versions = new Map(stored.map(({ id, version }) => [String(id), Number(version)]))
  const keys = new Set(taken.map((row) => plan.uniqueKey.map((column) => row[column]).join(' ')))
  const waitsFor = changedRows(plan, commits, words).map(({ column, keysOf }, index) => {
    const [free = new Set(), all = new Set()] = others
      .slice(2 * index, 2 * index + 2)
      .map((rows) => new Set(rows.map((row) => String(row[column]))))
    return (commit: PreparedCommit) => keysOf(commit).some((key) => all.has(key) && !free.has(key))
  })
  const sorted = { ready: [] as number[], locked: [] as number[], conflicting: [] as number[] }
  for (const [index, commit] of commits.entries()) {
    const { guards, newKeys } = commit
    const isStale = guards.some(({ id, version }) => versions.get(String(id)) !== version)
    const isDuplicate = newKeys.some((cells) => keys.has(cells.join(' ')))
    const isLocked = guards.some(({ id }) => !ours.has(String(id))) || waitsFor.some((waits) => waits(commit))
    sorted[isStale || isDuplicate ? 'conflicting' : isLocked ? 'locked' : 'ready'].push(index)
  }
  return sorted
}
