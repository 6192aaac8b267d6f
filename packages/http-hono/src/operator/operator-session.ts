import { createHash, timingSafeEqual } from 'node:crypto'
import type { Authenticate } from '../authentication/authenticate.js'
import { createSessions, type Sessions } from '../authentication/sessions.js'

/**
 * Operators' sessions have a cookie of their own, which only the operator's pages are sent. One ends on sign-out and
 * with its token.
 */
export const operatorSessions = (authenticate: Authenticate, secure: boolean): Sessions =>
  createSessions({ authenticate, secure, cookie: 'coursepay_operator', path: '/operator', sameSite: 'Strict' })

/** Answers true for this code; null is no code at all. */
export function signInCode(code: string | null): (given: string) => boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  const wanted = code === null ? null : digest(code)
  return (given) => wanted !== null && timingSafeEqual(wanted, digest(given))
}
