import type { Hono } from 'hono'
import { type PageEnv, type PagesDeps, seeOther } from '../page.js'
import { signInPageAnswer } from '../views/sign-in-pages.js'
import { SIGN_IN_PATH } from '../visitor.js'

/** Coming from the school's own site, and leaving. */
export function addSignInRoutes(app: Hono<PageEnv>, { visitors }: PagesDeps): void {
  app.get(SIGN_IN_PATH, (c) => signInPageAnswer(c, ownPathOrRoot(c.req.query('to') ?? '/')))
  app.post('/sign-out', (c) => {
    const ended = visitors.signOut?.(c.req.raw)
    if (ended !== undefined) c.header('Set-Cookie', ended)
    return seeOther(c, '/')
  })
}

/** An address of ours to continue at; `/` for anything else. */
const ownPathOrRoot = (path: string): string => (/^\/(?![/\\])[\w/.%-]*$/.test(path) ? path : '/')
