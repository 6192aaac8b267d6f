import type { Claims } from './verify-token.js'

/** So many are remembered; then the one that was not used for longest goes. */
const MAX_TOKENS = 1_000

/**
 * Tokens whose signature was found good, with their claims: whoever watches a payment sends the same one every second, and it is still the same
 * bytes under the same secret. What changes with time, `exp` and `nbf`, is looked at every time.
 */
export class VerifiedTokens {
  readonly #claims = new Map<string, Claims>()

  /** Undefined for a token that is not known, or not good now. */
  find(token: string, nowSeconds: number): Claims | undefined {
    const claims = this.#claims.get(token)
    this.#claims.delete(token)
    if (claims === undefined || !isGood(claims, nowSeconds)) return undefined
    this.#claims.set(token, claims)
    return claims
  }

  add(token: string, claims: Claims): void {
    this.#claims.set(token, claims)
    const [oldest] = this.#claims.keys()
    if (this.#claims.size > MAX_TOKENS && oldest !== undefined) this.#claims.delete(oldest)
  }
}

function isGood({ exp, nbf }: Claims, nowSeconds: number): boolean {
  const isEarly = nbf !== undefined && !(typeof nbf === 'number' && nbf <= nowSeconds)
  return typeof exp === 'number' && exp > nowSeconds && !isEarly
}
