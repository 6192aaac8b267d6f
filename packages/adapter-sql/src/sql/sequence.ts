/** For `orderBy`: the latest first, and of one moment the highest id. */
export const newestFirst = (time: string, id: string) => [
  { column: time, order: 'desc' as const },
  { column: id, order: 'desc' as const },
]

/** For `sort`: by a time, and within one moment by the id. */
export const byAge =
  <Item>(timeOf: (item: Item) => number, idOf: (item: Item) => unknown) =>
  (one: Item, other: Item): number =>
    timeOf(one) - timeOf(other) || (BigInt(String(idOf(one))) < BigInt(String(idOf(other))) ? -1 : 1)
