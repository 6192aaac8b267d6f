import type { Knex } from 'knex'
import type { TableName } from '../schema/table-names.js'
import { type KeyPlaceholders, type KeyValues, keyedReads, whereAny } from '../sql/keyed-reads.js'
import type { ReadSession } from '../sql/session.js'
import { type Row, type SqlContext, type Statement, statement } from '../sql/statement.js'

type Rows = readonly (readonly Row[])[]

/** The tables of an aggregate, the root first, each with the columns that say to which aggregate a row belongs. */
export type AggregateTables = readonly (readonly [table: TableName, owner: readonly string[]])[]

/** One of the ways in which aggregates are named, by one value or by several. */
export interface KeyKind<Key, Aggregate> {
  /** Null for a key of another kind. */
  valuesOf(key: Key): KeyValues | null
  /** The values of every key of this kind that names the aggregate. */
  keysOf(aggregate: Aggregate): readonly KeyValues[]
  /** Of the aggregates with such keys: the rows of each table, last the roots' ids and versions. */
  readsAt(placeholders: KeyPlaceholders): readonly Statement[]
}

type RowsOf = (context: SqlContext, table: TableName, owner: readonly string[], columns: string[]) => Knex.QueryBuilder

function readsOf(tables: AggregateTables, rowsOf: RowsOf): readonly Statement[] {
  const all = tables.map(([table, owner]) => statement((context) => rowsOf(context, table, owner, ['*'])))
  const versions = tables
    .slice(0, 1)
    .map(([root, owner]) => statement((context) => rowsOf(context, root, owner, ['id', 'version'])))
  return [...all, ...versions]
}

/** Aggregates whose `owner` columns have the values of a key. */
export const readsByOwner =
  (tables: AggregateTables): KeyKind<never, never>['readsAt'] =>
  (placeholders) =>
    readsOf(tables, ({ sql }, table, owner, columns) => sql(table).select(columns).where(whereAny(owner, placeholders)))

/**
 * Aggregates to which the rows of one of their tables with a key belong. A row comes once for each key that leads to
 * it. (A subquery would say the same; of a small table the planner then reads all rows.)
 */
export const readsByRow =
  (tables: AggregateTables, named: TableName, keyColumn: string): KeyKind<never, never>['readsAt'] =>
  (placeholders) =>
    readsOf(tables, ({ sql, joinInOrder }, table, owner, columns) => {
      const [, namedOwner = []] = tables.find(([each]) => each === named) ?? []
      const condition = owner.map(() => '?? = ??').join(' and ')
      const names = owner.flatMap((column, index) => [`found.${column}`, `named.${namedOwner[index]}`])
      const aliases = [named, 'named', table, 'found']
      const joined = sql.raw(`?? as ?? ${joinInOrder} ?? as ?? on ${condition}`, [...aliases, ...names])
      return sql<Row, Row[]>(joined as never)
        .select(columns.map((column) => `found.${column}`))
        .where(whereAny([`named.${keyColumn}`], placeholders))
    })

/** How often what changes all the time is read; whether the last reading is whole is then the guard's business. */
const MAX_READS = 20

/**
 * Reads whole aggregates by many keys, untorn, in one round trip. When a root's version changed between the first and
 * the last read, what belongs to it may be newer than the root: all is read again. (The roots last would hide that.)
 */
export function aggregateReader<Key, Aggregate>(
  kinds: readonly KeyKind<Key, Aggregate>[],
  /** Makes aggregates of the rows of `readsAt`. */
  assemble: (rows: Rows) => readonly Aggregate[],
) {
  const readers = kinds.map((kind) => ({ kind, readsOf: keyedReads((placeholders) => kind.readsAt(placeholders)) }))
  return async (session: ReadSession, keys: readonly Key[]): Promise<readonly (Aggregate | null)[]> => {
    const asked = readers.map(({ kind, readsOf }) => {
      const values = keys.map((key) => kind.valuesOf(key))
      return { kind, values, reads: readsOf(values.filter((each) => each !== null)) }
    })
    const allReads = asked.flatMap(({ reads }) => reads)
    if (allReads.length === 0) return keys.map(() => null)
    for (let tries = 1; ; tries += 1) {
      const rows = [...(await session.readTogether(allReads))]
      const parts = asked.map((part) => ({ ...part, rows: rows.splice(0, part.reads.length) }))
      if (tries < MAX_READS && parts.some((part) => isTorn(part.rows))) continue
      const found = parts.map(({ kind, values, rows }) => {
        const known = byKey(kind, assemble(rows))
        return values.map((each) => (each === null ? null : (known.get(each.join(' ')) ?? null)))
      })
      return keys.map((_, index) => found.map((each) => each[index]).find((each) => each) ?? null)
    }
  }
}

const isTorn = (rows: Rows): boolean => versionsOf(rows.at(0)) !== versionsOf(rows.at(-1))

const versionsOf = (roots: readonly Row[] = []): string =>
  roots
    .map(({ id, version }) => `${id}:${version}`)
    .sort()
    .join(' ')

const byKey = <Key, Aggregate>(kind: KeyKind<Key, Aggregate>, aggregates: readonly Aggregate[]) =>
  new Map(aggregates.flatMap((each) => kind.keysOf(each).map((values) => [values.join(' '), each] as const)))
