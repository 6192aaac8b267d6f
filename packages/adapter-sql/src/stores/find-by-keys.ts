import type { SqlValue } from '../sql/sql.js'

/** One of the ways in which things are named, by one value or by several. */
export interface KeyKind<Key, Item> {
  /** Null for a key of another kind. */
  valuesOf(key: Key): readonly SqlValue[] | null
  /** The values of every key of this kind that names the item. */
  keysOf(item: Item): readonly (readonly SqlValue[])[]
  /** Outcome: the items with such keys. */
  read(keys: readonly (readonly SqlValue[])[]): Promise<readonly Item[]>
}

/** Answers many keys by one statement for each kind of them. */
export async function findByKeys<Key, Item>(
  kinds: readonly KeyKind<Key, Item>[],
  keys: readonly Key[],
): Promise<(Item | null)[]> {
  const answers: (Item | null)[] = keys.map(() => null)
  const findAll = async (kind: KeyKind<Key, Item>) => {
    const asked = keys.flatMap((key, index) => {
      const values = kind.valuesOf(key)
      return values === null ? [] : [{ index, values }]
    })
    if (asked.length === 0) return
    const items = await kind.read(asked.map(({ values }) => values))
    const found = new Map(items.flatMap((item) => kind.keysOf(item).map((key) => [key.join(' '), item] as const)))
    for (const { index, values } of asked) answers[index] = found.get(values.join(' ')) ?? null
  }
  await Promise.all(kinds.map(findAll))
  return answers
}
