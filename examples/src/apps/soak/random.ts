/** Numbers that look like random and are the same for the same seed. */
export interface Random {
  /** From 0 up to 1. */
  next(): number
  /** A whole number from `min` to `max`. */
  between(min: number, max: number): number
  happens(probability: number): boolean
  pick<Value>(values: readonly [Value, ...Value[]]): Value
}

/**
 * `stream` keeps the numbers of one purchase apart from another's, whatever order they run in. mulberry32, public
 * domain.
 */
export function createRandom(seed: number, stream: number): Random {
  let state = (seed * 1_000_003 + stream * 7_919) >>> 0
  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  return {
    next,
    between: (min, max) => min + Math.floor(next() * (max - min + 1)),
    happens: (probability) => next() < probability,
    pick: (values) => values[Math.floor(next() * values.length)] ?? values[0],
  }
}
