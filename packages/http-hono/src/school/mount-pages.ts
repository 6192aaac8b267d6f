import { CheckoutError } from '@coursepay/core'
import { systemClock } from '@coursepay/core/assembly'
import { Hono } from 'hono'
import { defaultQrRenderer } from '../qr-code.js'
import { createPageTracing, logPageServerError } from '../routing/observe.js'
import { isOwnForm } from '../routing/same-origin.js'
import { createWriteLimiter, writeLimiterOrUnlimited } from '../routing/write-limit.js'
import { assets, toAssetResponse } from './assets.js'
import { type PageContext, type PageEnv, type PagesDeps, withoutSniffing } from './page.js'
import { addCourseRoutes } from './routes/course-routes.js'
import { addOrderRoutes } from './routes/order-routes.js'
import { addPayRoutes } from './routes/pay-routes.js'
import { addSignInRoutes } from './routes/sign-in-routes.js'
import { notFoundPageAnswer, otherOriginPageAnswer, problemPageAnswer } from './views/problem-page.js'
import { createVisitorMiddleware } from './visitor.js'

/** Addresses that belong to programs: what is not found there is told as a problem, not as a page. */
const PROGRAM_PATH_PATTERN = /^\/(api|p|assets)\//

const wantsPage = ({ req }: PageContext): boolean =>
  req.header('Accept')?.includes('text/html') === true && !PROGRAM_PATH_PATTERN.test(req.path)

type OptionalDepName = 'clock' | 'qr' | 'loginUrl' | 'sandbox' | 'branding' | 'writeLimit'

/** What the pages stand on; the rest has defaults. */
export type PagesOptions = Omit<PagesDeps, OptionalDepName> & {
  readonly [Dep in OptionalDepName]?: PagesDeps[Dep] | undefined
}

/** Hangs the pages of a school into the app of its checkout: catalogue, pay dialog, orders, course table. */
export function mountPages(app: Hono, options: PagesOptions): void {
  const { clock = systemClock, qr = defaultQrRenderer, loginUrl = null, sandbox = false } = options
  const { branding = {}, writeLimit = createWriteLimiter() } = options
  for (const asset of Object.values(assets)) app.get(asset.address, () => toAssetResponse(asset))
  app.route('/', createPages({ ...options, clock, qr, loginUrl, sandbox, branding, writeLimit }))
}

function createPages(deps: PagesDeps): Hono<PageEnv> {
  const pages = new Hono<PageEnv>()
  const limit = writeLimiterOrUnlimited(deps.writeLimit, deps.clock)
  const paths = ['/', '/courses/*', '/my-courses', '/orders', '/orders/*', '/sign-in', '/sign-out'] as const
  for (const path of paths) {
    if (deps.tracer !== undefined) pages.use(path, createPageTracing(path, deps.tracer))
    pages.use(path, withoutSniffing, createVisitorMiddleware(deps))
    pages.use(path, async (c, next) => {
      if (c.req.method === 'POST' && !isOwnForm(c.req.raw, deps.publicBaseUrl)) return otherOriginPageAnswer(c)
      const { actor } = c.var.visitor
      if (c.req.method === 'POST' && actor !== null) limit(actor.userId)
      await next()
    })
  }
  addCourseRoutes(pages, deps)
  addPayRoutes(pages, deps)
  addOrderRoutes(pages, deps)
  addSignInRoutes(pages, deps)
  const meet = createVisitorMiddleware(deps)
  pages.get('*', (c, next) => (wantsPage(c) ? meet(c, next) : next()))
  pages.get('*', async (c, next) => (wantsPage(c) ? notFoundPageAnswer(c) : next()))
  pages.onError((error, c) => {
    logPageServerError(c, error, deps.log)
    return problemPageAnswer(c, hideForbiddenAsMissing(error))
  })
  return pages
}

/** What belongs to somebody else is shown exactly as what is not there: orders cannot be counted. */
function hideForbiddenAsMissing(error: Error): Error {
  if (!CheckoutError.isInstance(error)) return error
  const isHidden = error.code === 'not_yours' || error.code === 'pay_record_not_found'
  return isHidden ? new CheckoutError('order_not_found', 'There is no such order. Check its number.') : error
}
