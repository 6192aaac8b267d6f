import type { Claims } from './verify-token.js'

/** The number of tokens that are kept. The least recently used one is dropped. */
const MAX_TOKENS = 1_000

/**
 * The claims of tokens whose signature was verified. A page that waits for a payment sends the same token every second.
 * `exp` and `nbf` are checked each time.
 */
export class VerifiedTokens {
  readonly #claims = new Map<string, Claims>()

  /** Undefined for a token that is unknown or not valid now. */
  find(token: string, nowSeconds: number): Claims | undefined {
    const claims = this.#claims.get(token)
    this.#claims.delete(token)
    if (claims === undefined || !isValidAt(claims, nowSeconds)) return undefined
    this.#claims.set(token, claims)
    return claims
  }

  add(token: string, claims: Claims): void {
    this.#claims.set(token, claims)
    const [oldest] = this.#claims.keys()
    if (this.#claims.size > MAX_TOKENS && oldest !== undefined) this.#claims.delete(oldest)
  }
}

function isValidAt({ exp, nbf }: Claims, nowSeconds: number): boolean {
  const isEarly = nbf !== undefined && !(typeof nbf === 'number' && nbf <= nowSeconds)
  return typeof exp === 'number' && exp > nowSeconds && !isEarly
}
