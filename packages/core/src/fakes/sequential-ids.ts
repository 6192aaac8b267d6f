import type { IdGenerator } from '../shared/ports/id-generator.js'

/** Far above 2^53, so that a test notices whoever takes an id for a number. */
const ABOVE_SAFE_INTEGERS = 7_000_000_000_000_000_001n

/** Ids that count up: the same in every run. */
export function sequentialIds(start: bigint = ABOVE_SAFE_INTEGERS): IdGenerator {
  let next = start
  return {
    nextId: async () => String(next++),
  }
}
