import type { CheckoutAppDeps } from '@coursepay/http-hono'
import type { Entrance } from '../apps/shop/app-with-pages.js'
import { newSession, signedSessions } from './demo-sessions.js'
import { sessionAuthentication } from './session-authentication.js'

/**
 * Everybody who looks at the demo is a user made up for this browser. `secret` signs the sessions; `operatorCode` signs
 * an operator in, once.
 */
export function demoEntrance(secret: string, operatorCode: string | null = null): (deps: CheckoutAppDeps) => Entrance {
  return ({ authenticate, publicBaseUrl }) => {
    const sessions = signedSessions(secret, publicBaseUrl.startsWith('https:'))
    return {
      authenticate: sessionAuthentication(sessions, authenticate),
      visitors: {
        find: (request) => sessions.read(request),
        async greet() {
          const visitor = newSession()
          return { visitor, setCookie: await sessions.write(visitor) }
        },
      },
      loginUrl: null,
      operatorCode,
    }
  }
}
