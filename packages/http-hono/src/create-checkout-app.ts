import { systemClock, systemScheduler } from '@coursepay/core'
import { Hono } from 'hono'
import type { CheckoutAppDeps } from './checkout-app-deps.js'
import { createMetrics } from './operations/metrics.js'
import { priceRoutes } from './prices/price-routes.js'
import { TransportError } from './problem/transport-error.js'
import { qrRenderer } from './qr/qr-renderer.js'
import { answer, type Observers, registerRoutes } from './register-routes.js'
import type { Route } from './route.js'
import { documentationRoutes } from './routes/documentation-routes.js'
import { learningRoutes } from './routes/learning-routes.js'
import { myOrdersRoutes } from './routes/my-orders-routes.js'
import { notifyRoutes } from './routes/notify-routes.js'
import { operationsRoutes } from './routes/operations-routes.js'
import { operatorRoutes } from './routes/operator-routes.js'
import { orderRoutes } from './routes/order-routes.js'
import { payPageRoutes } from './routes/pay-page-routes.js'
import { type PayStreamDeps, payStreamRoutes } from './routes/pay-stream-routes.js'
import { returnRoutes } from './routes/return-routes.js'
import type { PayWatchDeps } from './stream/pay-watch.js'
import { createPayWatches } from './stream/pay-watches.js'

/**
 * The HTTP face of the checkout. Starts nothing: no server, no timer, no connection. Serve it (`serve({ fetch: app.fetch })`) or
 * mount it (`host.route('/', app)`); mounted, the host answers addresses that are not in the contract.
 * Throws `TypeError` when `publicBaseUrl` is no web address.
 */
export function createCheckoutApp(deps: CheckoutAppDeps): Hono {
  const observers = { metrics: createMetrics(deps.gauges ?? [], deps.log), log: deps.log }
  const app = new Hono()
  const routes = routesOf(deps, observers)
  registerRoutes(app, [...routes, ...documentationRoutes({ routes })], observers)
  app.notFound((c) => answer(c, { path: 'unmatched', handle: refuseUnknown }, observers))
  return app
}

function refuseUnknown(): never {
  throw new TransportError('route_not_found', 'There is nothing at this address.')
}

function routesOf(deps: CheckoutAppDeps, observers: Observers): Route[] {
  const { orders, buyer, operator, operatorViews, payments, learning, prices, authenticate } = deps
  const { qr = qrRenderer, clock = systemClock, scheduler = systemScheduler, readiness = [] } = deps
  const publicBaseUrl = baseAddress(deps.publicBaseUrl)
  return [
    ...(learning ? learningRoutes({ learning, authenticate, clock }) : []),
    ...(orders ? orderRoutes({ orders, authenticate, qr, publicBaseUrl }) : []),
    ...(buyer ? myOrdersRoutes({ buyer, authenticate }) : []),
    ...(orders ? streamRoutes({ orders, authenticate, clock, scheduler, log: deps.log }, deps.closing) : []),
    ...(payments ? payPageRoutes({ payments, authenticate }) : []),
    ...(payments ? returnRoutes({ payments, authenticate, clock, afterPaymentUrl: deps.afterPaymentUrl }) : []),
    ...(payments ? notifyRoutes({ payments, ...observers }) : []),
    ...(orders && operator && operatorViews
      ? operatorRoutes({ orders, operator, views: operatorViews, authenticate })
      : []),
    ...(prices ? priceRoutes({ prices }) : []),
    ...operationsRoutes({ readiness, clock, scheduler, ...observers }),
  ]
}

function streamRoutes(deps: PayWatchDeps & Omit<PayStreamDeps, 'watches'>, closing?: AbortSignal): Route[] {
  return payStreamRoutes({ ...deps, watches: createPayWatches(deps, closing) })
}

/** Without a slash at its end; a query or fragment would swallow the path. */
function baseAddress(text: string): string {
  const { protocol, origin, pathname } = new URL(text)
  if (protocol !== 'http:' && protocol !== 'https:') throw new TypeError(`publicBaseUrl is no web address: ${protocol}`)
  return `${origin}${pathname.replace(/\/+$/, '')}`
}
