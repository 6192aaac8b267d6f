import { type Actor, CheckoutError, userId } from '@coursepay/core'

/** `sub` is the user, `roles` an array or a space-separated string (as OAuth writes `scope`). Throws `not_authenticated`. */
export function actorOfClaims(claims: Readonly<Record<string, unknown>>): Actor {
  try {
    return { userId: userId(claims.sub), operator: rolesOf(claims.roles).includes('operator') }
  } catch (cause) {
    throw new CheckoutError('not_authenticated', 'The token names no user.', { cause })
  }
}

function rolesOf(roles: unknown): readonly unknown[] {
  if (Array.isArray(roles)) return roles
  return typeof roles === 'string' ? roles.split(' ') : []
}
