import { CheckoutError } from '@coursepay/core'
import { verify, verifyWithJwks } from 'hono/jwt'
import { TransportError } from '../problem/transport-error.js'
import { actorOfClaims } from './actor-of-claims.js'
import type { Authenticate } from './authenticate.js'
import { type RemoteKeys, type RemoteKeysOptions, remoteKeys } from './remote-keys.js'
import { VerifiedTokens } from './verified-tokens.js'

/** `secret`: one key shared with the issuer, HS256 alone. `jwksUrl`: the issuer's public keys, asymmetric algorithms alone. */
export type BearerOptions = { readonly secret: string } | ({ readonly jwksUrl: string } & RemoteKeysOptions)

type Verify = (token: string) => Promise<Readonly<Record<string, unknown>>>

const BEARER = /^Bearer +([\w-]+\.[\w-]+\.[\w-]+)$/i
const LONGEST_TOKEN = 8_192
/** `iat` is left alone: it is no date of validity (RFC 7519 §4.1.6), and a clock a second ahead would lock everyone out. */
const checks = { exp: true, nbf: true, iat: false } as const
const asymmetric = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'] as const

/** Reads `Authorization: Bearer <JWT>`. Any fault of the token is `not_authenticated`; `exp` and `nbf` are kept. */
export function bearerAuthentication(options: BearerOptions): Authenticate {
  const verifyToken = 'secret' in options ? bySecret(options.secret) : byKeys(remoteKeys(options.jwksUrl, options))
  return async (request) => {
    const token = readToken(request)
    return actorOfClaims(await verifyToken(token).catch(refuse))
  }
}

function readToken(request: Request): string {
  const token = BEARER.exec(request.headers.get('Authorization') ?? '')?.[1]
  if (token === undefined || token.length > LONGEST_TOKEN) {
    throw new CheckoutError('not_authenticated', 'Send "Authorization: Bearer <JWT>".')
  }
  return token
}

function refuse(cause: unknown): never {
  if (cause instanceof TransportError) throw cause
  throw new CheckoutError('not_authenticated', 'The token is not valid, or no longer.', { cause })
}

function bySecret(secret: string): Verify {
  if (secret === '') throw new CheckoutError('invalid_request', 'The JWT secret is empty.')
  let key: ReturnType<typeof importSecret> | undefined
  const verified = new VerifiedTokens()
  return async (token) => {
    const known = verified.find(token, Math.floor(Date.now() / 1_000))
    if (known !== undefined) return known
    key ??= importSecret(secret)
    const claims = await verify(token, await key, { alg: 'HS256', ...checks })
    verified.add(token, claims)
    return claims
  }
}

/** Imported once, and as bytes: given text, Hono would take a secret with the word "PUBLIC" in it for a PEM. */
function importSecret(secret: string) {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  return crypto.subtle.importKey('raw', new TextEncoder().encode(secret), algorithm, false, ['verify'])
}

function byKeys(keys: RemoteKeys): Verify {
  return async (token) =>
    verifyWithJwks(token, {
      keys: [...(await keys.forToken(token))],
      allowedAlgorithms: asymmetric,
      verification: checks,
    })
}
