import { CheckoutError, userId } from '@coursepay/core'
import type { JWTVerifyOptions } from 'jose'
import type { Authenticate, Caller } from './authenticate.js'
import { isPurposeAudience } from './purpose-token.js'
import { createRemoteKeys, type RemoteKeys, type RemoteKeysOptions } from './remote-keys.js'
import { VerifiedTokens } from './verified-tokens.js'
import { type Claims, requireBearerToken, secretKeyOf, verifyToken } from './verify-token.js'

/**
 * `secret`: a key of 32 bytes or more shared with the issuer, for HS256. `jwksUrl`: the issuer's public keys, for
 * asymmetric algorithms.
 */
export type BearerOptions = ({ readonly secret: string } | ({ readonly jwksUrl: string } & RemoteKeysOptions)) & {
  /** What `iss` must be. */
  readonly issuer?: string | undefined
  /** What `aud` must hold. */
  readonly audience?: string | undefined
}

const ASYMMETRIC_ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA']

/**
 * Reads `Authorization: Bearer <JWT>`. Any fault of the token is `not_authenticated`. `exp` is required; `iat` is no
 * date of validity (RFC 7519 §4.1.6) and is not checked. Throws `invalid_request` when the secret is shorter than 32
 * bytes.
 */
export function bearerAuthentication(options: BearerOptions): Authenticate {
  return 'secret' in options
    ? createJwtAuthenticationBySecret(options.secret, options)
    : createJwtAuthenticationByKeys(createRemoteKeys(options.jwksUrl, options), options)
}

function createJwtAuthenticationBySecret(secret: string, options: BearerOptions): Authenticate {
  const key = secretKeyOf(secret)
  const checks = { ...verifyOptionsOf(options), algorithms: ['HS256'] }
  const verified = new VerifiedTokens()
  return async (request) => {
    const token = requireBearerToken(request)
    const known = verified.find(token, Math.floor(Date.now() / 1_000))
    if (known !== undefined) return known
    const claims = await verifyToken(token, key, checks)
    const caller = userCallerOf(claims)
    verified.add(token, { claims, caller })
    return caller
  }
}

function createJwtAuthenticationByKeys(keys: RemoteKeys, options: BearerOptions): Authenticate {
  const checks = { ...verifyOptionsOf(options), algorithms: ASYMMETRIC_ALGORITHMS }
  return async (request) => userCallerOf(await verifyToken(requireBearerToken(request), keys.find, checks))
}

/**
 * `sub` is the user, `roles` an array or a space-separated string (as OAuth writes `scope`). Throws
 * `not_authenticated`.
 */
function userCallerOf(claims: Claims): Caller {
  if (isPurposeAudience(claims.aud)) {
    throw new CheckoutError(
      'not_authenticated',
      'This token is for one purpose of a service. Send the token of a user.',
    )
  }
  try {
    const expiresAt = Number(claims.exp) * 1_000
    const roles = rolesOfClaim(claims.roles)
    const [operator, auditor] = [roles.includes('operator'), roles.includes('auditor')]
    return { userId: userId(claims.sub), operator, auditor, expiresAt }
  } catch (cause) {
    throw new CheckoutError('not_authenticated', 'The token names no user. Send one with a valid sub.', { cause })
  }
}

function rolesOfClaim(roles: unknown): readonly unknown[] {
  if (Array.isArray(roles)) return roles
  return typeof roles === 'string' ? roles.split(' ') : []
}

const verifyOptionsOf = ({ issuer, audience }: BearerOptions): JWTVerifyOptions => ({
  ...(issuer === undefined ? {} : { issuer }),
  ...(audience === undefined ? {} : { audience }),
})
