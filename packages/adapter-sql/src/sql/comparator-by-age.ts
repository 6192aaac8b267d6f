/** For `sort`: by a time, and within one moment by the id. */
export const comparatorByAge =
  <Item>(ageOf: (item: Item) => readonly [time: number, id: unknown]) =>
  (one: Item, other: Item): number => {
    const [[time, id], [otherTime, otherId]] = [ageOf(one), ageOf(other)]
    return time - otherTime || (BigInt(String(id)) < BigInt(String(otherId)) ? -1 : 1)
  }
