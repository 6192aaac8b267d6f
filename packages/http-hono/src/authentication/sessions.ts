import { createHash, randomBytes } from 'node:crypto'
import { CheckoutError, type Clock, type EpochMs } from '@coursepay/core'
import { systemClock } from '@coursepay/core/assembly'
import { parse, serialize } from 'hono/utils/cookie'
import type { Authenticate, Caller } from './authenticate.js'

/** Sign-in by a cookie, for pages. A token is exchanged for it once. */
export interface Sessions {
  /** By bearer token, or by the cookie of a session. */
  readonly authenticate: Authenticate
  /**
   * Exchanges a user's token for a session; the result is the value of a `Set-Cookie` header. The session ends with the
   * token. Errors: those of the token, and `not_authenticated` for one that was exchanged before.
   */
  exchange(token: string): Promise<string>
  /** Opens a session for a caller who was authenticated in another way. */
  open(caller: Caller): string
  /** Null when the request brings no session, or one that has ended. */
  read(request: Request): Caller | null
  /** Ends the session of a request; the result is the value of a `Set-Cookie` header. */
  end(request: Request): string
}

export interface SessionsOptions {
  /** Checks the tokens that are exchanged. */
  readonly authenticate: Authenticate
  /** Whether browsers come by https: then the cookie is sent over nothing else. */
  readonly secure: boolean
  readonly cookie?: string
  /** Only addresses below it are sent the cookie. */
  readonly path?: string
  readonly sameSite?: 'Lax' | 'Strict'
  /** The longest life of a session, also where a token lives longer. Default twelve hours. */
  readonly maxAgeMs?: number
  readonly clock?: Clock | undefined
}

const HOUR_MS = 3_600_000
const MAX_SESSIONS = 100_000
const JWT_PATTERN = /^[\w-]+\.[\w-]+\.[\w-]+$/

/** Stores sessions in this process: a restart ends them all. */
export function createInMemorySessions(options: SessionsOptions): Sessions {
  const {
    authenticate,
    secure,
    cookie = 'coursepay_signed_in',
    path = '/',
    sameSite = 'Lax',
    clock = systemClock,
  } = options
  const sessions = new ExpiringMap<Caller>(clock)
  const exchanged = new ExpiringMap<true>(clock)
  const setCookie = (value: string, maxAge: number) =>
    serialize(cookie, value, { path, httpOnly: true, sameSite, maxAge, secure })
  const idOf = (request: Request) => parse(request.headers.get('Cookie') ?? '', cookie)[cookie] ?? ''

  const open = (caller: Caller): string => {
    const latest = clock.now() + (options.maxAgeMs ?? 12 * HOUR_MS)
    const expiresAt = Math.min(caller.expiresAt ?? latest, latest)
    const id = randomBytes(32).toString('base64url')
    sessions.set(digestOf(id), { ...caller, expiresAt }, expiresAt)
    return setCookie(id, Math.max(0, Math.floor((expiresAt - clock.now()) / 1_000)))
  }
  const read = (request: Request): Caller | null => sessions.get(digestOf(idOf(request))) ?? null
  return {
    open,
    read,
    authenticate: async (request) =>
      (request.headers.has('Authorization') ? null : read(request)) ?? authenticate(request),
    async exchange(token) {
      const headers = { Authorization: `Bearer ${JWT_PATTERN.test(token) ? token : ''}` }
      const caller = await authenticate(new Request('http://localhost/', { headers }))
      // Without the signature: base64url spells the same one in several ways.
      const once = digestOf(token.slice(0, token.lastIndexOf('.')))
      if (exchanged.get(once))
        throw new CheckoutError('not_authenticated', 'This token was exchanged for a session already. Sign in again.')
      exchanged.set(once, true, caller.expiresAt ?? clock.now() + 24 * HOUR_MS)
      return open(caller)
    },
    end(request) {
      sessions.delete(digestOf(idOf(request)))
      return setCookie('', 0)
    },
  }
}

/** A dump of this process's memory holds no usable session. */
const digestOf = (secret: string) => createHash('sha256').update(secret).digest('base64url')

/** Values until their end; when there are too many, the oldest go first. */
class ExpiringMap<Value> {
  readonly #values = new Map<string, { readonly value: Value; readonly expiresAt: EpochMs }>()
  readonly #clock: Clock

  constructor(clock: Clock) {
    this.#clock = clock
  }

  get(key: string): Value | undefined {
    const found = this.#values.get(key)
    return found !== undefined && found.expiresAt > this.#clock.now() ? found.value : undefined
  }

  set(key: string, value: Value, expiresAt: EpochMs): void {
    if (this.#values.size >= MAX_SESSIONS) this.#sweep()
    this.#values.set(key, { value, expiresAt })
  }

  delete(key: string): void {
    this.#values.delete(key)
  }

  #sweep(): void {
    const now = this.#clock.now()
    for (const [key, { expiresAt }] of this.#values) if (expiresAt <= now) this.#values.delete(key)
    const [oldest] = this.#values.keys()
    if (this.#values.size >= MAX_SESSIONS && oldest !== undefined) this.#values.delete(oldest)
  }
}
