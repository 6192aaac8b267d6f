import type { Caller } from './authenticate.js'
import type { Claims } from './verify-token.js'

/** The number of tokens that are kept. The least recently used one is dropped. */
const MAX_TOKENS = 1_000

interface VerifiedToken {
  readonly claims: Claims
  readonly caller: Caller
}

/**
 * The callers of tokens whose signature was verified. A page that waits for a payment sends the same token every
 * second. `exp` and `nbf` are checked each time.
 */
export class VerifiedTokens {
  readonly #tokens = new Map<string, VerifiedToken>()

  /** Undefined for a token that is unknown or not valid now. */
  find(token: string, nowSeconds: number): Caller | undefined {
    const verified = this.#tokens.get(token)
    this.#tokens.delete(token)
    if (verified === undefined || !isValidAt(verified.claims, nowSeconds)) return undefined
    this.#tokens.set(token, verified)
    return verified.caller
  }

  add(token: string, verified: VerifiedToken): void {
    this.#tokens.set(token, verified)
    const [oldest] = this.#tokens.keys()
    if (this.#tokens.size > MAX_TOKENS && oldest !== undefined) this.#tokens.delete(oldest)
  }
}

function isValidAt({ exp, nbf }: Claims, nowSeconds: number): boolean {
  const isEarly = nbf !== undefined && !(typeof nbf === 'number' && nbf <= nowSeconds)
  return typeof exp === 'number' && exp > nowSeconds && !isEarly
}
