import { type CheckoutAppDeps, createSessions } from '@coursepay/http-hono'
import type { Entrance } from './app-with-pages.js'

/** Visitors come from the school's own site with a token, which is exchanged once for a session. */
export function schoolEntrance(loginUrl: string | null): (deps: CheckoutAppDeps) => Entrance {
  return ({ authenticate, publicBaseUrl, clock }) => {
    const secure = publicBaseUrl.startsWith('https:')
    const sessions = createSessions({ authenticate, secure, ...(clock === undefined ? {} : { clock }) })
    return {
      sessions,
      authenticate: sessions.authenticate,
      visitors: {
        find: async (request) => sessions.read(request),
        signOut: (request) => sessions.end(request),
      },
      loginUrl,
      operatorCode: null,
    }
  }
}
