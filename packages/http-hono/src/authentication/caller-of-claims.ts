import { CheckoutError, userId } from '@coursepay/core'
import type { Caller } from './authenticate.js'
import type { Claims } from './verify-token.js'

/**
 * `sub` is the user, `roles` an array or a space-separated string (as OAuth writes `scope`). Throws
 * `not_authenticated`.
 */
export function callerOf(claims: Claims): Caller {
  try {
    const expiresAt = Number(claims.exp) * 1_000
    const roles = rolesOf(claims.roles)
    const [operator, auditor] = [roles.includes('operator'), roles.includes('auditor')]
    return { userId: userId(claims.sub), operator, auditor, expiresAt }
  } catch (cause) {
    throw new CheckoutError('not_authenticated', 'The token names no user.', { cause })
  }
}

function rolesOf(roles: unknown): readonly unknown[] {
  if (Array.isArray(roles)) return roles
  return typeof roles === 'string' ? roles.split(' ') : []
}
