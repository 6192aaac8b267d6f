import type { Row } from '../sql/statement.js'
import type { Cells } from '../sql/table.js'
import { type CommitPlan, errorUnless, type PreparedCommit } from './commit-plan.js'
import type { WriteSyntax } from './write-step.js'

type GuardedTable = Pick<CommitPlan<never>, 'root' | 'uniqueKey'>

/**
 * The first statements of a batch: an error unless every guarded row is there with its version and nobody has it
 * locked, and no new key is taken. Nothing waits: locked rows are skipped, and a new key that somebody inserts right
 * now is an error at once. Two statements, since one that skips a locked row and has a NOWAIT too is error 1180 on
 * MariaDB.
 */
export function guardStatements(
  plan: GuardedTable,
  commits: readonly PreparedCommit[],
  writing: WriteSyntax,
): string[] {
  const guards = commits.flatMap((commit) => commit.guards)
  const newKeys = commits.flatMap((commit) => commit.newKeys)
  return [
    ...(guards.length > 0 ? [`${countOf(lockedRows(plan, guards, writing))} = ${guards.length}`] : []),
    ...(newKeys.length > 0 ? [`${countOf(`${keyRows(plan, newKeys, writing)} FOR UPDATE NOWAIT`)} = 0`] : []),
  ].map(errorUnless)
}

const countOf = (rows: string) => `(SELECT COUNT(*) FROM (${rows}) found)`

type Guards = PreparedCommit['guards']

function lockedRows({ root }: GuardedTable, guards: Guards, { tables }: WriteSyntax): string {
  const versions = guards.map(({ id, version }) => `WHEN ${id} THEN ${version}`)
  const found = `id IN (${idsOf(guards)}) AND version = CASE id ${versions.join(' ')} END`
  return `SELECT id FROM ${tables[root]} WHERE ${found} FOR UPDATE SKIP LOCKED`
}

const idsOf = (guards: Guards) => guards.map(({ id }) => id).join(',')

function keyRows({ root, uniqueKey }: GuardedTable, newKeys: readonly Cells[], { tables, put }: WriteSyntax): string {
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

/**
 * Locks the rows that are free, then reads all of them, and the keys that are taken. Three answers: see `sortBatch`.
 */
export function sortingStatements(
  plan: GuardedTable,
  commits: readonly PreparedCommit[],
  writing: WriteSyntax,
): string[] {
  const guards = commits.flatMap((commit) => commit.guards)
  const newKeys = commits.flatMap((commit) => commit.newKeys)
  const rows = `FROM ${writing.tables[plan.root]} WHERE id IN (${guards.length > 0 ? idsOf(guards) : 'NULL'})`
  const none = `SELECT ${plan.uniqueKey.join(', ')} FROM ${writing.tables[plan.root]} WHERE FALSE`
  return [
    `SELECT id ${rows} FOR UPDATE SKIP LOCKED`,
    `SELECT id, version ${rows}`,
    newKeys.length > 0 ? keyRows(plan, newKeys, writing) : none,
  ]
}

/**
 * Places of the commits, by what became of them. A row that changed or is gone is a conflict, also while it is locked.
 */
export function sortBatch(
  { uniqueKey }: GuardedTable,
  commits: readonly PreparedCommit[],
  [lockedNow = [], stored = [], taken = []]: readonly (readonly Row[])[],
): SortedBatch {
  const ours = new Set(lockedNow.map(({ id }) => String(id)))
  const versions = new Map(stored.map(({ id, version }) => [String(id), Number(version)]))
  const keys = new Set(taken.map((row) => uniqueKey.map((column) => row[column]).join(' ')))
  const sorted = { ready: [] as number[], locked: [] as number[], conflicting: [] as number[] }
  for (const [index, { guards, newKeys }] of commits.entries()) {
    const isStale = guards.some(({ id, version }) => versions.get(String(id)) !== version)
    const isDuplicate = newKeys.some((cells) => keys.has(cells.join(' ')))
    const isLocked = guards.some(({ id }) => !ours.has(String(id)))
    sorted[isStale || isDuplicate ? 'conflicting' : isLocked ? 'locked' : 'ready'].push(index)
  }
  return sorted
}
