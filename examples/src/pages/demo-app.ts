import { type CourseCatalogue, systemClock } from '@coursepay/core'
import { type CheckoutAppDeps, createCheckoutApp, qrRenderer } from '@coursepay/http-hono'
import type { Hono } from 'hono'
import { mountPages } from './mount-pages.js'
import { signedSessions } from './session/session.js'
import { sessionAuthentication } from './session/session-authentication.js'

/** What the pages need beside what the API needs. */
export interface ShopWindow {
  readonly catalogue: CourseCatalogue
  /** The gateway is the bundled one: no money moves. */
  readonly sandbox: boolean
}

/** Makes the app that a shop serves. `createCheckoutApp` is one: the API and no pages. */
export type CreateApp = (deps: CheckoutAppDeps, window: ShopWindow) => Hono

/** The API with the demo's pages in front. `secret` signs the sessions. */
export function appWithPages(secret: string): CreateApp {
  return (deps, { catalogue, sandbox }) => {
    const { orders, learning, publicBaseUrl, log, authenticate, clock = systemClock, qr = qrRenderer } = deps
    const sessions = signedSessions(secret, publicBaseUrl.startsWith('https:'))
    const app = createCheckoutApp({ ...deps, authenticate: sessionAuthentication(sessions, authenticate) })
    if (orders === undefined || learning === undefined) return app
    mountPages(app, { orders, learning, catalogue, clock, qr, sessions, publicBaseUrl, sandbox, log })
    return app
  }
}
