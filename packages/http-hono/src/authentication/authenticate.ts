import type { Actor, EpochMs } from '@coursepay/core'

/** Who sends a request. */
export interface Caller extends Actor {
  /** Reads what operators read, and changes nothing. */
  readonly auditor?: boolean | undefined
  /** When the proof of that ends: an answer that lasts longer, such as a stream, ends then too. */
  readonly expiresAt?: EpochMs | undefined
}

/**
 * Authenticates a request. Errors: `not_authenticated`; `keys_unavailable` while the issuer's keys cannot be read.
 * Bring your own where users are known otherwise (a session cookie, a gateway's header). An `HTTPException` of Hono is
 * answered as it is.
 */
export type Authenticate = (request: Request) => Promise<Caller>
