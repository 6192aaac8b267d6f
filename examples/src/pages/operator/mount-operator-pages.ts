import { describeError, problemOf } from '@coursepay/http-hono'
import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { assetAnswer, operatorAssets } from '../assets.js'
import type { PageEnv } from '../page.js'
import { newSession } from '../session/session.js'
import { otherOriginPage, problemPage } from '../views/problem-page.js'
import { isOwnForm, wordsFor } from '../visitor.js'
import type { OperatorPagesDeps } from './operator-page.js'
import { addOverviewRoutes } from './routes/overview-routes.js'
import { addPaymentRoutes } from './routes/payment-routes.js'
import { addSignInRoutes, signInPath } from './routes/sign-in-routes.js'

const LARGEST_FORM = 16 * 1_024

/** Hangs the operator's pages under `/operator`. Who is not signed in sees the form to do so and nothing else. */
export function mountOperatorPages(app: Hono, deps: OperatorPagesDeps): void {
  for (const asset of Object.values(operatorAssets)) app.get(asset.address, () => assetAnswer(asset))
  app.route('/', createOperatorPages(deps))
}

function createOperatorPages(deps: OperatorPagesDeps): Hono<PageEnv> {
  const pages = new Hono<PageEnv>()
  for (const path of ['/operator', '/operator/*'] as const) {
    pages.use(path, bodyLimit({ maxSize: LARGEST_FORM }), async (c, next) => {
      // No buyer: this session is kept nowhere.
      const session = newSession()
      const nobody = { userId: session.userId, operator: false }
      const visitor = { session, actor: nobody, sandbox: deps.sandbox, ...wordsFor(c) }
      c.set('visitor', visitor)
      if (c.req.method === 'POST' && !isOwnForm(c, deps.publicBaseUrl)) return otherOriginPage(c)
      const operator = deps.operatorSessions.read(c.req.raw)
      if (operator === null && c.req.path !== signInPath) return c.redirect(signInPath, 303)
      if (operator !== null) c.set('visitor', { ...visitor, actor: operator })
      await next()
    })
  }
  addSignInRoutes(pages, deps)
  addOverviewRoutes(pages, deps)
  addPaymentRoutes(pages, deps)
  pages.onError((error, c) => {
    if (problemOf(error).status >= 500) deps.log.error({ event: 'page_failed', ...describeError(error) })
    return problemPage(c, error)
  })
  return pages
}
