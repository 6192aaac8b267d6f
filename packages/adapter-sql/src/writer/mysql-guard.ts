import type { Row } from '../sql/statement.js'
import type { Cells } from '../sql/table.js'
import { type CommitPlan, errorUnless, type PreparedCommit } from './commit-plan.js'
import type { WriteSyntax } from './write-step.js'

type GuardedTables<Commit> = Pick<CommitPlan<Commit>, 'root' | 'uniqueKey' | 'steps'>

/**
 * The first statements of a batch: an error unless every guarded row is there with its version, nobody has it or
 * another row that changes locked, and no new key is taken. Nothing waits: locked rows are skipped, and a new key that
 * somebody inserts right now is an error at once. Several statements, since one that skips a locked row and has a
 * NOWAIT too is error 1180 on MariaDB.
 */
export function guardStatements<Commit>(
  plan: GuardedTables<Commit>,
  commits: readonly PreparedCommit[],
  writing: WriteSyntax,
): string[] {
  const guards = commits.flatMap((commit) => commit.guards)
  const newKeys = commits.flatMap((commit) => commit.newKeys)
  return [
    ...(guards.length > 0 ? [`${countOf(lockedRows(plan, guards, writing))} = ${guards.length}`] : []),
    ...changedRows(plan, commits, writing).map(
      ({ query, keys }) => `${countOf(`${query} ${LOCK_WITHOUT_WAITING}`)} = ${keys.size}`,
    ),
    ...(newKeys.length > 0 ? [`${countOf(`${keyRows(plan, newKeys, writing)} FOR UPDATE NOWAIT`)} = 0`] : []),
  ].map(errorUnless)
}

const LOCK_WITHOUT_WAITING = 'FOR UPDATE SKIP LOCKED'

const countOf = (rows: string) => `(SELECT COUNT(*) FROM (${rows}) found)`

type Guards = PreparedCommit['guards']

function lockedRows({ root }: Pick<CommitPlan<never>, 'root'>, guards: Guards, { tables }: WriteSyntax): string {
  const versions = guards.map(({ id, version }) => `WHEN ${id} THEN ${version}`)
  const found = `id IN (${idsOf(guards)}) AND version = CASE id ${versions.join(' ')} END`
  return `SELECT id FROM ${tables[root]} WHERE ${found} ${LOCK_WITHOUT_WAITING}`
}

interface ChangedRows {
  readonly query: string
  readonly column: string
  readonly keys: ReadonlySet<string>
  keysOf(commit: PreparedCommit): readonly string[]
}

/** The rows beside the guarded ones that a batch finds and changes: to wait for one of them would hold up all. */
function changedRows<Commit>(
  { root, steps }: GuardedTables<Commit>,
  commits: readonly PreparedCommit[],
  { tables, put }: WriteSyntax,
): ChangedRows[] {
  return steps.flatMap(({ table, lookup }, index) => {
    if (lookup === null || table === root) return []
    const { column, keyOf } = lookup
    const keysOf = ({ rows }: PreparedCommit) => (rows[index] ?? []).map((change) => put(keyOf(change)))
    const keys = new Set(commits.flatMap(keysOf))
    if (keys.size === 0) return []
    const query = `SELECT ${column} FROM ${tables[table]} WHERE ${column} IN (${[...keys].join(',')})`
    return [{ query, column, keys, keysOf }]
  })
}

const idsOf = (guards: Guards) => guards.map(({ id }) => id).join(',')

function keyRows(
  { root, uniqueKey }: Pick<CommitPlan<never>, 'root' | 'uniqueKey'>,
  newKeys: readonly Cells[],
  { tables, put }: WriteSyntax,
): string {
  const matches = newKeys.map((cells) => {
    const columns = uniqueKey.map((column, index) => `${column} = ${put(cells[index] ?? null)}`)
    return `(${columns.join(' AND ')})`
  })
  return `SELECT ${uniqueKey.join(', ')} FROM ${tables[root]} WHERE ${matches.join(' OR ')}`
}

/** What became of the commits of a batch whose guard failed. */
export interface SortedBatch {
  readonly ready: readonly number[]
  readonly locked: readonly number[]
  readonly conflicting: readonly number[]
}

/** Locks the rows that are free, then reads all of them, and the keys that are taken. The answers: see `sortBatch`. */
export function sortingStatements<Commit>(
  plan: GuardedTables<Commit>,
  commits: readonly PreparedCommit[],
  writing: WriteSyntax,
): string[] {
  const guards = commits.flatMap((commit) => commit.guards)
  const newKeys = commits.flatMap((commit) => commit.newKeys)
  const rows = `FROM ${writing.tables[plan.root]} WHERE id IN (${guards.length > 0 ? idsOf(guards) : 'NULL'})`
  const none = `SELECT ${plan.uniqueKey.join(', ')} FROM ${writing.tables[plan.root]} WHERE FALSE`
  return [
    `SELECT id ${rows} ${LOCK_WITHOUT_WAITING}`,
    `SELECT id, version ${rows}`,
    newKeys.length > 0 ? keyRows(plan, newKeys, writing) : none,
    ...changedRows(plan, commits, writing).flatMap(({ query }) => [`${query} ${LOCK_WITHOUT_WAITING}`, query]),
  ]
}

/**
 * Places of the commits, by what became of them. A row that changed or is gone is a conflict, also while it is locked.
 */
export function sortBatch<Commit>(
  plan: GuardedTables<Commit>,
  commits: readonly PreparedCommit[],
  [lockedNow = [], stored = [], taken = [], ...others]: readonly (readonly Row[])[],
  writing: WriteSyntax,
): SortedBatch {
  const ours = new Set(lockedNow.map(({ id }) => String(id)))
  const versions = new Map(stored.map(({ id, version }) => [String(id), Number(version)]))
  const keys = new Set(taken.map((row) => plan.uniqueKey.map((column) => row[column]).join(' ')))
  const waitsFor = changedRows(plan, commits, writing).map(({ column, keysOf }, index) => {
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
