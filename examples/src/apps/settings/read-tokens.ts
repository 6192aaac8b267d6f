import { isSecureAddress } from '@coursepay/core/ports'
import type { EnvironmentVariables, ReadSetting } from './environment.js'
import type { TokenSettings } from './settings.js'

const MIN_SECRET_BYTES = 32

/** How callers prove who they are: one of two ways, never both. */
export function readTokens(environment: EnvironmentVariables, read: ReadSetting, needed: boolean): TokenSettings {
  const secret = read('JWT_SECRET', readSecret)
  const jwksUrl = read('JWKS_URL', readJwksUrl)
  const issuer = read('JWT_ISSUER', (text) => text)
  const audience = read('JWT_AUDIENCE', readAudience)
  const given = ['JWT_SECRET', 'JWKS_URL'].filter((name) => environment[name])
  read('JWT_SECRET or JWKS_URL', () => {
    if (given.length === 2) throw new Error('both are set: remove one of them')
    if (given.length === 0 && needed) throw new Error('neither is set: set one, which verifies the tokens of users')
  })
  if (secret !== undefined) return { secret, issuer, audience }
  return jwksUrl === undefined ? null : { jwksUrl, issuer, audience }
}

function readSecret(text: string | undefined): string | undefined {
  if (text === undefined || Buffer.byteLength(text) >= MIN_SECRET_BYTES) return text
  throw new Error(`has fewer than ${MIN_SECRET_BYTES} bytes, so it can be guessed: use a longer random secret`)
}

function readJwksUrl(text: string | undefined): string | undefined {
  if (text === undefined || isSecureAddress(text)) return text
  throw new Error('must begin with https:// off this machine')
}

/** Such audiences name a purpose of ours: a user's token with one opens nothing. */
function readAudience(text: string | undefined): string | undefined {
  if (text === undefined || !/^(price|orders):/.test(text)) return text
  throw new Error('must not begin with price: or orders:, which name purposes of our own tokens')
}
