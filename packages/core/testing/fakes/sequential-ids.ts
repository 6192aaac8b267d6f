import { CheckoutError } from '../../src/shared/checkout-error.js'
import type { IdGenerator } from '../../src/shared/ports/generators.js'

/** Far above 2^53, so that a test notices an id that became a number. */
const ABOVE_SAFE_INTEGERS = 7_000_000_000_000_000_001n

export interface SequentialIds extends IdGenerator {
  /** From now on every call fails with `ids_unavailable`, until `recover`. */
  breakDown(): void
  recover(): void
}

/** Ids that count up: the same in every run. */
export function sequentialIds(start: bigint = ABOVE_SAFE_INTEGERS): SequentialIds {
  let next = start
  let down = false
  return {
    async nextId() {
      if (down) throw new CheckoutError('ids_unavailable', 'The id generator was made to fail.')
      return String(next++)
    },
    breakDown() {
      down = true
    },
    recover() {
      down = false
    },
  }
}
