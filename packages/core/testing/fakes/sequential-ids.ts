import { CheckoutError } from '../../src/shared/checkout-error.js'
import { payToken } from '../../src/shared/identifiers.js'
import type { IdGenerator, PayTokenGenerator } from '../../src/shared/ports/generators.js'

/** Far above 2^53, so that a test notices an id that became a number. */
const ABOVE_SAFE_INTEGERS = 7_000_000_000_000_000_001n

export interface SequentialIds extends IdGenerator {
  /** From now on every call fails with `ids_unavailable`. */
  breakDown(): void
}

/** Ids that count up: the same in every run. */
export function sequentialIds(start: bigint = ABOVE_SAFE_INTEGERS): SequentialIds {
  let next = start
  let isDown = false
  return {
    async nextId() {
      if (isDown) throw new CheckoutError('ids_unavailable', 'The id generator was made to fail.')
      return String(next++)
    },
    breakDown() {
      isDown = true
    },
  }
}

/** Tokens of the right form that count up: the same in every run, and no secret. */
export function sequentialTokens(): PayTokenGenerator {
  let made = 0
  return {
    nextToken() {
      made += 1
      return payToken(`fakeToken${String(made).padStart(12, '0')}A`)
    },
  }
}
