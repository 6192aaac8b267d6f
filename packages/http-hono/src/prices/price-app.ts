import type { Hono } from 'hono'
import { type Log, silentLog } from '../log.js'
import { createMetrics } from '../metrics.js'
import { answerFailure } from '../routing/observe.js'
import { createRoute, createRouter } from '../routing/router.js'
import { priceRoutes, type SoldByType } from './price-routes.js'

/** The price route alone, for a seller with an app of its own: `app.route('/', priceApp(prices))`. */
export function priceApp(prices: SoldByType, log: Log = silentLog): Hono {
  const route = createRoute({
    authenticate: () => Promise.reject(new Error('Prices need a token of that purpose.')),
    observers: { log, metrics: createMetrics([], log) },
    writeLimiter: () => {},
    publicBaseUrl: 'http://localhost',
  })
  const app = createRouter()
  app.onError(answerFailure)
  return app.route('/', priceRoutes(route, prices)) as unknown as Hono
}
