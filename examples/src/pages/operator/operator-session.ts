import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { type Actor, userId } from '@coursepay/core'
import { sign, verify } from 'hono/jwt'
import { parse, serialize } from 'hono/utils/cookie'

/** Keeps an operator signed in, in a cookie of its own that only the operator's pages are sent. */
export interface OperatorSessions {
  /** Null when the request brings none, or one that was not signed here or has run out. */
  read(request: Request): Promise<Actor | null>
  /** The value of a `Set-Cookie` header. */
  write(actor: Actor): Promise<string>
  /** The same, to sign out. */
  forget(): string
}

const COOKIE = 'coursepay_operator'
const LIFETIME_S = 12 * 3_600

/** `secret` is stretched to a key of its own: no bearer token and no session of a buyer is an operator's session. */
export function operatorSessions(secret: string, secure: boolean): OperatorSessions {
  const key = createHmac('sha256', secret).update('coursepay operator session').digest('hex')
  const cookie = (value: string, maxAge: number) =>
    serialize(COOKIE, value, { path: '/operator', httpOnly: true, sameSite: 'Strict', maxAge, secure })
  return {
    async read(request) {
      const token = parse(request.headers.get('Cookie') ?? '', COOKIE)[COOKIE]
      if (token === undefined) return null
      try {
        const { sub } = await verify(token, key, { alg: 'HS256', iat: false })
        return { userId: userId(sub), operator: true }
      } catch {
        return null
      }
    },
    async write({ userId: sub }) {
      const exp = Math.floor(Date.now() / 1_000) + LIFETIME_S
      return cookie(await sign({ sub, exp }, key, 'HS256'), LIFETIME_S)
    },
    forget: () => cookie('', 0),
  }
}

/** Answers true once, for this code; null is no code at all. */
export function oneTimeCode(code: string | null): (given: string) => boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  let wanted = code === null ? null : digest(code)
  return (given) => {
    if (wanted === null || !timingSafeEqual(wanted, digest(given))) return false
    wanted = null
    return true
  }
}
