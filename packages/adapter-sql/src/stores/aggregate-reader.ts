import { type KeyPlaceholders, type KeyValues, keyedReads } from '../sql/keyed-reads.js'
import type { ReadSession } from '../sql/session.js'
import type { Row, Statement } from '../sql/statement.js'

type Rows = readonly (readonly Row[])[]

/** One of the ways in which aggregates are named, by one value or by several. */
export interface KeyKind<Key, Aggregate> {
  /** Null for a key of another kind. */
  valuesOf(key: Key): KeyValues | null
  /** The values of every key of this kind that names the aggregate. */
  keysOf(aggregate: Aggregate): readonly KeyValues[]
  /** Of the aggregates with such keys: first the roots, then what belongs to them, last the roots' ids and versions. */
  readsAt(placeholders: KeyPlaceholders): readonly Statement[]
}

/** What the last read of an aggregate selects. */
export const VERSION = ['id', 'version']

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
    const asked = readers.map(({ kind, readsOf }) => ({
      kind,
      reads: readsOf(keys.flatMap((key) => valuesIn(kind, key))),
    }))
    const allReads = asked.flatMap(({ reads }) => reads)
    if (allReads.length === 0) return keys.map(() => null)
    for (let tries = 1; ; tries += 1) {
      const rows = [...(await session.readTogether(allReads))]
      const parts = asked.map(({ kind, reads }) => ({ kind, rows: rows.splice(0, reads.length) }))
      if (tries < MAX_READS && parts.some((part) => isTorn(part.rows))) continue
      const found = parts.map((part) => ({ kind: part.kind, byKey: byKey(part.kind, assemble(part.rows)) }))
      return keys.map((key) => firstOf(found, key))
    }
  }
}

/** The key's values in a list; none when it is of another kind. */
function valuesIn<Key>(kind: Pick<KeyKind<Key, never>, 'valuesOf'>, key: Key): KeyValues[] {
  const values = kind.valuesOf(key)
  return values === null ? [] : [values]
}

const isTorn = (rows: Rows): boolean => versionsOf(rows.at(0)) !== versionsOf(rows.at(-1))

const versionsOf = (roots: readonly Row[] = []): string =>
  roots
    .map(({ id, version }) => `${id}:${version}`)
    .sort()
    .join(' ')

const byKey = <Key, Aggregate>(kind: KeyKind<Key, Aggregate>, aggregates: readonly Aggregate[]) =>
  new Map(aggregates.flatMap((each) => kind.keysOf(each).map((values) => [values.join(' '), each] as const)))

type AggregatesByKey<Key, Aggregate> = readonly {
  readonly kind: KeyKind<Key, Aggregate>
  readonly byKey: ReadonlyMap<string, Aggregate>
}[]

function firstOf<Key, Aggregate>(found: AggregatesByKey<Key, Aggregate>, key: Key): Aggregate | null {
  for (const { kind, byKey } of found) {
    const [values] = valuesIn(kind, key)
    if (values !== undefined) return byKey.get(values.join(' ')) ?? null
  }
  return null
}
