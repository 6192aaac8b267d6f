import { CheckoutError } from '@coursepay/core'
import { systemClock } from '@coursepay/core/assembly'
import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import type { Language } from '../pages/browser.js'
import { logPageServerError } from '../routing/observe.js'
import { isOwnForm } from '../routing/same-origin.js'
import { writeLimiterOrUnlimited } from '../routing/write-limit.js'
import { operatorAssets, toAssetResponse } from '../school/assets.js'
import { type Branding, type PageEnv, type PageLayoutOptions, withoutSniffing } from '../school/page.js'
import { otherOriginPageAnswer, problemPageAnswer } from '../school/views/problem-page.js'
import { languageAndTextsFor } from '../school/visitor.js'
import type { OperatorPagesDeps } from './operator-page.js'
import { operatorTextsByLanguage } from './operator-page.js'
import { addOrderListRoutes } from './routes/order-list-routes.js'
import { addOverviewRoutes } from './routes/overview-routes.js'
import { addPaymentRoutes } from './routes/payment-routes.js'
import { addSignInRoutes, OPERATOR_SIGN_IN_PATH } from './routes/sign-in-routes.js'

const MAX_FORM_BYTES = 16 * 1_024

/** Hangs the operator's pages under `/operator`. Who is not signed in sees the form to do so and nothing else. */
export function mountOperatorPages(app: Hono, deps: OperatorPagesDeps): void {
  for (const asset of Object.values(operatorAssets)) app.get(asset.address, () => toAssetResponse(asset))
  app.route('/', createOperatorPages(deps))
}

function createOperatorPages(deps: OperatorPagesDeps): Hono<PageEnv> {
  const pages = new Hono<PageEnv>()
  const limit = writeLimiterOrUnlimited(deps.writeLimit, systemClock)
  for (const path of ['/operator', '/operator/*'] as const) {
    pages.use(path, withoutSniffing, async (c, next) => {
      const actor = deps.operatorSessions.read(c.req.raw)
      const words = languageAndTextsFor(c, deps.branding)
      c.set('visitor', {
        actor,
        sandbox: deps.sandbox,
        shell: operatorPageLayoutOptions(words.language, deps.branding),
        ...words,
      })
      await next()
    })
    pages.use(path, bodyLimit({ maxSize: MAX_FORM_BYTES, onError: throwFormTooLarge }), async (c, next) => {
      const { actor } = c.var.visitor
      if (c.req.method === 'POST' && !isOwnForm(c.req.raw, deps.publicBaseUrl)) return otherOriginPageAnswer(c)
      if (actor === null && c.req.path !== OPERATOR_SIGN_IN_PATH) return c.redirect(OPERATOR_SIGN_IN_PATH, 303)
      if (c.req.method === 'POST' && actor !== null) limit(actor.userId)
      await next()
    })
  }
  addSignInRoutes(pages, deps)
  addOrderListRoutes(pages, deps)
  addOverviewRoutes(pages, deps)
  addPaymentRoutes(pages, deps)
  pages.onError((error, c) => {
    logPageServerError(c, error, deps.log)
    return problemPageAnswer(c, error)
  })
  return pages
}

function throwFormTooLarge(): never {
  throw new CheckoutError('body_too_large', `The form is too large: it must have ${MAX_FORM_BYTES} bytes or fewer.`)
}

/** The console has a way around and a look of its own. */
function operatorPageLayoutOptions(language: Language, { styleSheet }: Branding): PageLayoutOptions {
  const { overview, orders, documents, shop } = operatorTextsByLanguage[language]
  return {
    links: [
      ['/operator', overview],
      ['/operator/orders', orders.title],
      ['/docs', documents],
      ['/', shop],
    ],
    styles: [operatorAssets.style.address, ...(styleSheet === undefined ? [] : [styleSheet])],
    scripts: [operatorAssets.script.address],
    signOut: null,
  }
}
