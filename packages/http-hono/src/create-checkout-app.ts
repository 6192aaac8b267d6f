import { systemClock, systemScheduler } from '@coursepay/core/assembly'
import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Hono } from 'hono'
import type { CheckoutAppDeps } from './checkout-app-deps.js'
import { withoutEndSlashes } from './client/without-end-slashes.js'
import { createMetrics } from './metrics.js'
import { paidOrderRoutes } from './paid-orders/paid-order-routes.js'
import { priceRoutes } from './prices/price-routes.js'
import { errorToProblemResponse, routeNotFoundError, TransportError } from './problem/problem.js'
import { defaultQrRenderer } from './qr-code.js'
import { documentationRoutes } from './routes/documentation-routes.js'
import { entitlementRoutes } from './routes/entitlement-routes.js'
import { healthRoutes } from './routes/health-routes.js'
import { learningRoutes } from './routes/learning-routes.js'
import { notifyRoutes } from './routes/notify-routes.js'
import { actionLogRoutes, operatorRoutes } from './routes/operator-routes.js'
import { myOrdersRoutes, orderRoutes, paymentRoutes } from './routes/order-routes.js'
import { orderSearchRoutes } from './routes/order-search-routes.js'
import { payPageRoutes } from './routes/pay-page-routes.js'
import { payStreamRoutes } from './routes/pay-stream-routes.js'
import { sessionRoutes } from './routes/session-routes.js'
import type { Env } from './routing/env.js'
import { errorToResponse, honoPatternOf, type Observers, observe } from './routing/observe.js'
import { createOpenApiRouter, createRouteFactory, type RouteFactory } from './routing/router.js'
import { writeLimiterOrUnlimited } from './routing/write-limit.js'
import { createPayWatches } from './stream/pay-watches.js'

/**
 * The HTTP face of the checkout. Starts nothing: no server, no timer, no connection. Serve it (`serve({ fetch:
 * app.fetch })`) or mount it (`host.route('/', app)`); mounted, the host answers addresses that are not in the
 * contract. Throws `TypeError` when `publicBaseUrl` is no web address.
 */
export function createCheckoutApp(deps: CheckoutAppDeps): Hono {
  const { authenticate, clock = systemClock } = deps
  const publicBaseUrl = normalizeBaseAddress(deps.publicBaseUrl)
  const observers = { metrics: createMetrics(deps.gauges ?? [], deps.log), log: deps.log, tracer: deps.tracer }
  const writeLimiter = writeLimiterOrUnlimited(deps.writeLimit, clock)
  const route = createRouteFactory({ authenticate, observers, writeLimiter, publicBaseUrl })

  const app = createOpenApiRouter()
  app.onError(errorToResponse)
  for (const routes of routesOf({ ...deps, publicBaseUrl }, route, observers)) mountRoutes(app, routes, observers)
  mountRoutes(app, documentationRoutes(route, { app, observers }), observers)
  app.notFound(observe({ path: 'unmatched' }, observers)(throwRouteNotFound))
  return app as unknown as Hono
}

/** `payresult` would be taken for an order id if `/api/orders/{orderId}` came first. */
function* routesOf(deps: CheckoutAppDeps, route: RouteFactory, observers: Observers): Generator<OpenAPIHono<Env>> {
  const { orders, buyer, operator, operatorViews, entitlements, payments, learning, prices, sessions, publicBaseUrl } =
    deps
  const { qr = defaultQrRenderer, clock = systemClock, scheduler = systemScheduler, readiness = [] } = deps
  if (payments) {
    yield payPageRoutes(route, { ...deps, payments, clock, afterPaymentUrl: deps.afterPaymentUrl })
    yield notifyRoutes(route, { payments, ...observers })
  }
  if (orders) {
    const watches = createPayWatches({ orders, scheduler, log: deps.log }, deps.closing)
    yield payStreamRoutes(route, { orders, clock, watches })
    yield paymentRoutes(route, { orders, qr, publicBaseUrl })
    yield orderRoutes(route, { orders })
  }
  if (buyer) yield myOrdersRoutes(route, { buyer })
  if (orders && operator && operatorViews) yield operatorRoutes(route, { orders, operator, views: operatorViews })
  if (operatorViews) yield orderSearchRoutes(route, { views: operatorViews })
  const actionLog = operatorViews ?? entitlements
  if (actionLog) yield actionLogRoutes(route, { actionLog })
  if (entitlements) yield entitlementRoutes(route, { entitlements })
  if (learning) yield learningRoutes(route, { learning, clock })
  if (sessions) yield sessionRoutes(route, { sessions, publicBaseUrl })
  if (deps.sharedPaidOrders) yield paidOrderRoutes(route, deps.sharedPaidOrders)
  if (prices) yield priceRoutes(route, prices)
  yield healthRoutes(route, { readiness, clock, scheduler, ...observers })
}

/** Other methods of an address are refused right behind it: a later route with a parameter could take it too. */
function mountRoutes(app: OpenAPIHono<Env>, routes: OpenAPIHono<Env>, observers: Observers): void {
  app.route('/', routes)
  const definitions = routes.openAPIRegistry.definitions.flatMap((each) => (each.type === 'route' ? [each.route] : []))
  for (const [path, atPath] of Map.groupBy(definitions, (each) => each.path)) {
    const allowed = atPath.flatMap(({ method }) => (method === 'get' ? ['GET', 'HEAD'] : [method.toUpperCase()]))
    app.all(
      honoPatternOf(path),
      observe({ path }, observers)(() => methodNotAllowedAnswer(allowed.join(', '))),
    )
  }
}

function methodNotAllowedAnswer(allowed: string): Response {
  const refusal = errorToProblemResponse(
    new TransportError('method_not_allowed', `This address does not accept this method. Use ${allowed}.`),
  )
  refusal.headers.set('Allow', allowed)
  return refusal
}

function throwRouteNotFound(): never {
  throw routeNotFoundError()
}

/** Without a slash at its end; a query or fragment would swallow the path. */
function normalizeBaseAddress(text: string): string {
  const { protocol, origin, pathname } = new URL(text)
  if (protocol !== 'http:' && protocol !== 'https:')
    throw new TypeError(`publicBaseUrl must begin with http: or https:, not with ${protocol}`)
  return `${origin}${withoutEndSlashes(pathname)}`
}
