import { type CourseCatalogue, systemClock, systemScheduler } from '@coursepay/core'
import { type CheckoutAppDeps, createCheckoutApp, describeError, qrRenderer } from '@coursepay/http-hono'
import type { Hono } from 'hono'
import { mountPages } from './mount-pages.js'
import { mountOperatorPages } from './operator/mount-operator-pages.js'
import { oneTimeCode, operatorSessions } from './operator/operator-session.js'
import { countedNotifications, type SampleSources, sampleHistory } from './operator/samples.js'
import { signedSessions } from './session/session.js'
import { sessionAuthentication } from './session/session-authentication.js'

/** What the pages need beside what the API needs. */
export interface ShopWindow extends SampleSources {
  readonly catalogue: CourseCatalogue
  /** The gateway is the bundled one: no money moves. */
  readonly sandbox: boolean
}

/** Makes the app that a shop serves. `createCheckoutApp` is one: the API and no pages. */
export type CreateApp = (deps: CheckoutAppDeps, window: ShopWindow) => Hono

/** The API with the demo's pages in front. `secret` signs the sessions; `operatorCode` signs an operator in, once. */
export function appWithPages(secret: string, operatorCode: string | null = null): CreateApp {
  return (deps, window) => {
    const { orders, buyer, learning, operator, operatorViews, payments, publicBaseUrl, log, authenticate } = deps
    const { clock = systemClock, qr = qrRenderer } = deps
    const secure = publicBaseUrl.startsWith('https:')
    const sessions = signedSessions(secret, secure)
    const counted = payments === undefined ? null : countedNotifications(payments)
    const app = createCheckoutApp({
      ...deps,
      payments: counted?.callbacks,
      authenticate: sessionAuthentication(sessions, authenticate),
      afterPaymentUrl: `${publicBaseUrl}/my-courses`,
    })
    const shared = { publicBaseUrl, sandbox: window.sandbox, log }
    if (orders !== undefined && operator !== undefined && operatorViews !== undefined && counted !== null) {
      mountOperatorPages(app, {
        ...{ ...shared, orders, operator, views: operatorViews, authenticate },
        history: startHistory(deps, window, counted.verdicts),
        operatorSessions: operatorSessions(authenticate, secure),
        redeemCode: oneTimeCode(operatorCode),
      })
    }
    if (orders === undefined || buyer === undefined || learning === undefined) return app
    mountPages(app, { ...shared, sessions, orders, buyer, learning, catalogue: window.catalogue, clock, qr })
    return app
  }
}

/** Samples until the shop closes. */
function startHistory(deps: CheckoutAppDeps, window: ShopWindow, verdicts: () => Readonly<Record<string, number>>) {
  const { clock = systemClock, scheduler = systemScheduler, log, closing } = deps
  const onError = (error: unknown) => log.error({ event: 'sampling_failed', ...describeError(error) })
  const history = sampleHistory(window, verdicts, { clock, scheduler, onError })
  history.worker.start()
  closing?.addEventListener('abort', () => void history.worker.stop())
  return history
}
