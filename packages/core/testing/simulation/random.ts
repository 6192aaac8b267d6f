/** A seeded source of chance: the same seed gives the same run, on every machine. */
export interface SeededRandom {
  /** At least 0, less than 1. */
  next(): number
  /** A whole number from 0 to `limit`, which is left out. */
  integerBelow(limit: number): number
  chance(share: number): boolean
  /** One of the list; undefined for an empty one. */
  pick<Item>(list: readonly Item[]): Item | undefined
  /** One of the list, the later the likelier: what is new is where things happen. */
  pickMostlyLate<Item>(list: readonly Item[]): Item | undefined
  /** One of the list, the heavier the likelier. */
  weighted<Item extends { readonly weight: number }>(list: readonly Item[]): Item | undefined
}

/** mulberry32 (Tommy Ettinger, public domain): 32 bits of state, enough for some thousand draws. */
export function seededRandom(seed: number): SeededRandom {
  // Neighbouring seeds are spread first, so that seeds 1, 2, 3 … do not begin alike.
  let state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  const integerBelow = (limit: number): number => Math.floor(next() * limit)
  return {
    next,
    integerBelow,
    chance: (share) => next() < share,
    pick: (list) => list[integerBelow(list.length)],
    pickMostlyLate: (list) => list[list.length - 1 - Math.floor(list.length * next() * next())],
    weighted(list) {
      let left = next() * list.reduce((sum, { weight }) => sum + weight, 0)
      return list.find(({ weight }) => {
        left -= weight
        return left < 0
      })
    },
  }
}
