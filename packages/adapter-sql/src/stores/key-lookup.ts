import type { ReadSession } from '../sql/session.js'
import { createKeyQueryBuilder, type KeyTuples, type Row, type Sql, type SqlValue } from '../sql/sql.js'

/** One of the ways in which things are named, by one value or by several. */
export interface KeyLookup<Key, Item> {
  /** Null for a key of another kind. */
  valuesOf(key: Key): readonly SqlValue[] | null
  /** The values of every key of this kind that names the item. */
  keysOf(item: Item): KeyTuples
  /** Outcome: the items with such keys. */
  read(keys: KeyTuples): Promise<readonly Item[]>
}

/** How things are read whose rows a statement finds by these columns; it begins with `start`, up to its WHERE. */
export function createReadByKeys<Item>(
  { all }: Pick<ReadSession, 'all'>,
  start: Sql,
  columns: readonly string[],
  toItems: (rows: readonly Row[]) => readonly Item[],
): (keys: KeyTuples) => Promise<readonly Item[]> {
  const query = createKeyQueryBuilder(start, columns)
  return async (keys) => toItems(await all(query(keys)))
}

/** Finds a thing by a key of any of these kinds. Keys of one kind that are asked for at once share a statement. */
export function createFindByKey<Key, Item>(
  { batchReads }: Pick<ReadSession, 'batchReads'>,
  lookups: readonly KeyLookup<Key, Item>[],
): (key: Key) => Promise<Item | null> {
  const finders = lookups.map(({ valuesOf, keysOf, read }) => {
    const find = batchReads(async (keys: KeyTuples) => {
      const items = await read(keys)
      const found = new Map(items.flatMap((item) => keysOf(item).map((key) => [key.join(' '), item] as const)))
      return keys.map((key) => found.get(key.join(' ')) ?? null)
    })
    return { valuesOf, find }
  })
  return async (key) => {
    for (const { valuesOf, find } of finders) {
      const values = valuesOf(key)
      if (values !== null) return await find(values)
    }
    return null
  }
}
