import type { CourseCatalogue, OrderStore } from '@coursepay/core/ports'
import { type CheckoutAppDeps, createCheckoutApp, createInMemorySessions } from '@coursepay/http-hono'
import { operatorConsole } from '@coursepay/http-hono/operator'
import { mountPages, type VisitorSessions } from '@coursepay/http-hono/pages'
import type { Hono } from 'hono'

/** What the pages need beside what the API needs. */
export interface ShopPageDeps {
  readonly orderStore: Pick<OrderStore, 'views' | 'outbox'>
  readonly catalogue: CourseCatalogue
  /** The gateway is the bundled one: no money moves. */
  readonly sandbox: boolean
}

/** Makes the app that a shop serves. `createCheckoutApp` is one: the API and no pages. */
export type CreateApp = (deps: CheckoutAppDeps, window: ShopPageDeps) => Hono

/** How people come to the pages. */
export interface SignInOptions extends Pick<CheckoutAppDeps, 'authenticate' | 'sessions'> {
  readonly visitors: VisitorSessions
  readonly loginUrl: string | null
  /** Signs an operator in, once; null: with a token alone. */
  readonly operatorCode: string | null
}

/** The API with the school's pages and the operator console in front. */
export function appWithPages(signInFor: (deps: CheckoutAppDeps) => SignInOptions): CreateApp {
  return (deps, { catalogue, orderStore, sandbox }) => {
    const { orders, buyer, learning, operator, operatorViews: views, payments, publicBaseUrl, log } = deps
    const { visitors, loginUrl, operatorCode: code, ...who } = signInFor(deps)
    const sold = orders && buyer && learning ? { orders, buyer, learning } : null
    const app = { ...deps, ...who, ...(sold && { afterPaymentUrl: `${publicBaseUrl}/my-courses` }) }
    const console =
      orders && operator && views && payments
        ? operatorConsole({ ...deps, orders, operator, views, payments, orderStore, sandbox, code })
        : null
    const api = createCheckoutApp({ ...app, ...(console === null ? {} : { payments: console.payments }) })
    console?.mount(api)
    if (sold === null) return api
    const { clock, qr, writeLimit, tracer } = deps
    const services = { ...sold, catalogue, clock, qr }
    mountPages(api, { ...services, publicBaseUrl, sandbox, log, tracer, writeLimit, visitors, loginUrl })
    return api
  }
}

/** Visitors come from the school's own site with a token, which is exchanged once for a session. */
export function schoolSignIn(loginUrl: string | null): (deps: CheckoutAppDeps) => SignInOptions {
  return ({ authenticate, publicBaseUrl, clock }) => {
    const secure = publicBaseUrl.startsWith('https:')
    const sessions = createInMemorySessions({ authenticate, secure, clock })
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
