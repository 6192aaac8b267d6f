import { preferredLanguage } from '@coursepay/http-hono'
import type { MiddlewareHandler } from 'hono'
import type { PageContext, PageEnv, PagesDeps } from './page.js'
import { newSession } from './session/session.js'
import { textsOf } from './texts/texts.js'

/** Finds out who is there; somebody new gets a session. */
export function meetVisitor({
  sessions,
  sandbox,
}: Pick<PagesDeps, 'sessions' | 'sandbox'>): MiddlewareHandler<PageEnv> {
  return async (c, next) => {
    const known = await sessions.read(c.req.raw)
    const session = known ?? newSession()
    const actor = { userId: session.userId, operator: false }
    c.set('visitor', { actor, sandbox, ...wordsFor(c) })
    await next()
    if (known === null) c.res.headers.append('Set-Cookie', await sessions.write(session))
  }
}

/** The language that this browser asks for, and its texts. */
export function wordsFor(c: PageContext) {
  const language = preferredLanguage(c.req.header('Accept-Language'))
  return { language, texts: textsOf[language] }
}

/**
 * A form of another site must not act for this visitor. `SameSite=Lax` keeps the cookie from other sites, and this from other
 * ports of this machine, which count as the same site.
 */
export function isOwnForm(c: PageContext, publicBaseUrl: string): boolean {
  if (c.req.header('Sec-Fetch-Site') === 'same-origin') return true
  const origin = c.req.header('Origin')
  return origin !== undefined && [new URL(c.req.url).origin, new URL(publicBaseUrl).origin].includes(origin)
}
