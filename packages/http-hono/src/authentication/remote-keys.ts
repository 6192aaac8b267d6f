import { type Clock, systemClock } from '@coursepay/core'
import { decode } from 'hono/jwt'
import { z } from 'zod'
import { TransportError } from '../problem/transport-error.js'

/** Times in ms. */
export interface RemoteKeysOptions {
  readonly clock?: Clock
  readonly fetch?: typeof globalThis.fetch
  /** How long fetched keys are used without asking again. Default ten minutes. */
  readonly freshMs?: number
  /** Least time between two fetches, however many tokens name an unknown key. Default ten seconds. */
  readonly retryMs?: number
  /** Default five seconds. */
  readonly timeoutMs?: number
}

/** An issuer's public keys (JWKS, RFC 7517), fetched when first needed. */
export interface RemoteKeys {
  /**
   * Outcome: the keys to verify this token with. A key that is not known yet is looked for at the issuer; while the issuer is
   * away the keys at hand serve on. Errors: `keys_unavailable`. Concurrency: many callers, one fetch.
   */
  forToken(token: string): Promise<readonly PublicKey[]>
}

const publicKey = z.looseObject({ kty: z.string(), kid: z.string() })
const keySet = z.object({ keys: z.array(z.unknown()) })
type PublicKey = z.infer<typeof publicKey>

export function remoteKeys(url: string, options: RemoteKeysOptions = {}): RemoteKeys {
  const { clock = systemClock, freshMs = 600_000, retryMs = 10_000 } = options
  let keys: readonly PublicKey[] = []
  let fetchedAt: number | null = null
  let triedAt: number | null = null
  let failure: unknown = null
  let pending: Promise<void> | null = null

  const since = (at: number | null) => (at === null ? Number.POSITIVE_INFINITY : clock.now() - at)
  const refresh = async (): Promise<void> => {
    triedAt = clock.now()
    try {
      keys = await fetchKeys(url, options)
      fetchedAt = clock.now()
      failure = null
    } catch (error) {
      failure = error
    } finally {
      pending = null
    }
  }
  return {
    async forToken(token) {
      const { kid } = decode(token).header
      const known = () => keys.some((key) => key.kid === kid)
      if (known() && since(fetchedAt) < freshMs) return keys
      if (pending === null && since(triedAt) >= retryMs) pending = refresh()
      await pending
      if (failure !== null && !known()) throw unavailable(failure)
      return keys
    },
  }
}

async function fetchKeys(url: string, { fetch = globalThis.fetch, timeoutMs = 5_000 }: RemoteKeysOptions) {
  const answer = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) })
  if (!answer.ok) throw new Error(`The JWKS address answered ${answer.status}.`)
  const { keys } = keySet.parse(await answer.json())
  return keys.map((key) => publicKey.safeParse(key)).flatMap(({ data }) => (data === undefined ? [] : [data]))
}

const unavailable = (cause: unknown) =>
  new TransportError('keys_unavailable', 'The keys of the token issuer are not reachable.', { cause })
