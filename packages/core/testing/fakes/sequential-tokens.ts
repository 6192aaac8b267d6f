import { payToken } from '../../src/shared/identifiers.js'
import type { PayTokenGenerator } from '../../src/shared/ports/generators.js'

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
