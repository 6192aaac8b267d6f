import { createHmac, randomUUID } from 'node:crypto'
import { type UserId, userId } from '@coursepay/core'
import type { Authenticate, CheckoutAppDeps } from '@coursepay/http-hono'
import { sign, verify } from 'hono/jwt'
import { parse, serialize } from 'hono/utils/cookie'
import type { SignInOptions } from '../apps/shop/app-with-pages.js'

/**
 * Everybody who looks at the demo is a user made up for this browser. `secret` signs the sessions; `operatorCode` signs
 * an operator in, once.
 */
export function demoSignIn(
  secret: string,
  operatorCode: string | null = null,
): (deps: CheckoutAppDeps) => SignInOptions {
  return ({ authenticate, publicBaseUrl }) => {
    const sessions = signedSessions(secret, publicBaseUrl.startsWith('https:'))
    return {
      authenticate: sessionAuthentication(sessions, authenticate),
      visitors: {
        find: (request) => sessions.read(request),
        async createGuest() {
          const visitor = newSession()
          return { visitor, setCookie: await sessions.write(visitor) }
        },
      },
      loginUrl: null,
      operatorCode,
    }
  }
}

/**
 * Lets a browser with a session read the API (its stream can send no bearer token); who brings a token is known by
 * that. Only reading: what changes something comes through the pages' forms, which look at its origin.
 */
function sessionAuthentication(sessions: Sessions, byToken: Authenticate): Authenticate {
  return async (request) => {
    const reads = request.method === 'GET' || request.method === 'HEAD'
    if (!reads || request.headers.has('Authorization')) return byToken(request)
    const session = await sessions.read(request)
    return session === null ? byToken(request) : { userId: session.userId, operator: false }
  }
}

/** Somebody who looks at the demo: a user made up for this browser. */
interface Session {
  readonly userId: UserId
}

/** Keeps sessions in a signed cookie: the demo has no login and no store of users. */
interface Sessions {
  /** Null when the request brings none, or one that was not signed here. */
  read(request: Request): Promise<Session | null>
  /** The value of a `Set-Cookie` header. */
  write(session: Session): Promise<string>
}

const COOKIE = 'coursepay_session'
const LIFETIME_S = 30 * 86_400

const newSession = (): Session => ({ userId: userId(`demo-${randomUUID()}`) })

/** `secret` is stretched to a key of its own, so that a session is no bearer token and a token no session. */
export function signedSessions(secret: string, secure: boolean): Sessions {
  const key = createHmac('sha256', secret).update('coursepay demo session').digest('hex')
  return {
    async read(request) {
      const token = parse(request.headers.get('Cookie') ?? '', COOKIE)[COOKIE]
      if (token === undefined) return null
      try {
        const { sub } = await verify(token, key, { alg: 'HS256', iat: false })
        return { userId: userId(sub) }
      } catch {
        // Of another start of the demo, run out, or forged: in each case somebody new.
        return null
      }
    },
    async write({ userId: sub }) {
      const exp = Math.floor(Date.now() / 1_000) + LIFETIME_S
      const token = await sign({ sub, exp }, key, 'HS256')
      return serialize(COOKIE, token, { path: '/', httpOnly: true, sameSite: 'Lax', maxAge: LIFETIME_S, secure })
    },
  }
}
