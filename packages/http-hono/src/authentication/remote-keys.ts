import { CheckoutError, type Clock } from '@coursepay/core'
import { systemClock } from '@coursepay/core/assembly'
import { fetchLimited, isSecureAddress } from '@coursepay/core/ports'
import { createLocalJWKSet, type JWK, type JWTVerifyGetKey } from 'jose'
import { z } from 'zod'
import { TransportError } from '../problem/problem.js'

/** Times in ms. */
export interface RemoteKeysOptions {
  readonly clock?: Clock
  readonly fetch?: typeof globalThis.fetch
  /** How long fetched keys are used. Default ten minutes. */
  readonly freshMs?: number
  /** Least time between two fetches, however many tokens name an unknown key. Default ten seconds. */
  readonly retryMs?: number
  /** Default five seconds. */
  readonly timeoutMs?: number
}

/** An issuer's public keys (JWKS, RFC 7517), fetched when first needed. */
export interface RemoteKeys {
  /**
   * Outcome: the key to verify a token with. A key that is not known yet is looked for at the issuer; while the issuer
   * is away the keys at hand serve on. Errors: `keys_unavailable`, and those of `jose`. Concurrency: many callers, one
   * fetch.
   */
  readonly find: JWTVerifyGetKey
}

const MAX_KEY_SET_BYTES = 256 * 1024

const publicKeySchema = z.looseObject({ kty: z.string(), kid: z.string().optional() })
const keySetSchema = z.object({ keys: z.array(z.unknown()) })

/** What was fetched. A set of one key without `kid` verifies every token. */
interface KeySet {
  has(kid: string | undefined): boolean
  readonly find: JWTVerifyGetKey
}

/** Throws `invalid_request` for an address without transport security. */
export function createRemoteKeys(url: string, options: RemoteKeysOptions = {}): RemoteKeys {
  if (!isSecureAddress(url)) throw new CheckoutError('invalid_request', 'The JWKS address must begin with https://.')
  const { clock = systemClock, freshMs = 600_000, retryMs = 10_000 } = options
  let keys = keySetOf([])
  let fetchedAt: number | null = null
  let triedAt: number | null = null
  let failure: unknown = null
  let pending: Promise<void> | null = null

  const since = (at: number | null) => (at === null ? Number.POSITIVE_INFINITY : clock.now() - at)
  const refresh = async (): Promise<void> => {
    triedAt = clock.now()
    try {
      keys = await fetchJwks(url, options)
      fetchedAt = clock.now()
      failure = null
    } catch (error) {
      failure = error
    } finally {
      pending = null
    }
  }
  return {
    async find(header, token) {
      const known = () => keys.has(header.kid)
      if (known() && since(fetchedAt) < freshMs) return keys.find(header, token)
      if (pending === null && since(triedAt) >= retryMs) pending = refresh()
      await pending
      if (failure !== null && !known()) throw keysUnavailableError(failure)
      return keys.find(header, token)
    },
  }
}

async function fetchJwks(url: string, { fetch, timeoutMs = 5_000 }: RemoteKeysOptions): Promise<KeySet> {
  const answer = await fetchLimited(url, { timeoutMs, maxBytes: MAX_KEY_SET_BYTES, ...(fetch ? { fetch } : {}) })
  if (!answer.ok) throw new Error(`The JWKS address answered ${answer.status}.`)
  const { keys } = keySetSchema.parse(JSON.parse(answer.text()))
  return keySetOf(keys.filter((key): key is JWK => publicKeySchema.safeParse(key).success))
}

function keySetOf(keys: JWK[]): KeySet {
  const set = createLocalJWKSet({ keys })
  const isNameless = keys.length === 1 && keys[0]?.kid === undefined
  return {
    has: (kid) => keys.some((key) => kid === undefined || key.kid === kid) || isNameless,
    find: (header, token) => set(isNameless ? { alg: header.alg } : header, token),
  }
}

const keysUnavailableError = (cause: unknown) =>
  new TransportError(
    'keys_unavailable',
    'The keys of the token issuer cannot be loaded. Retry later, or check the JWKS address.',
    { cause },
  )
