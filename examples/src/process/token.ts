import type { BearerOptions } from '@coursepay/http-hono'
import { sign } from 'hono/jwt'

const LIFETIME_S = 300

/**
 * Makes the header with which one of our services asks another, as an operator. Null where tokens are checked by a JWKS address:
 * then nobody here can sign one, and a service that has to ask says so at its start.
 */
export function serviceAuthorization(tokens: BearerOptions): (() => Promise<string>) | null {
  if (!('secret' in tokens)) return null
  const { secret } = tokens
  return async () => {
    const exp = Math.floor(Date.now() / 1_000) + LIFETIME_S
    return `Bearer ${await sign({ sub: 'coursepay', roles: ['operator'], exp }, secret, 'HS256')}`
  }
}
