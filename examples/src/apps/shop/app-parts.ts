import type { OpenMessages, OpenStore } from '@coursepay/core'
import {
  bearerAuthentication,
  checkoutMetrics,
  createSessions,
  type ReadinessCheck,
  writeLimiter,
} from '@coursepay/http-hono'
import { certificateGauge } from '../process/certificate-ends.js'
import type { ShopParts } from './shop-modules.js'

/** What the HTTP app needs beside the services: the caller, the public address, readiness, metrics. */
export function appParts({ settings, tokens, publicBaseUrl, store, messages, gateway, log, tracer }: ShopParts) {
  const secure = publicBaseUrl.startsWith('https:')
  const sessions = createSessions({ authenticate: bearerAuthentication(tokens), secure })
  return {
    authenticate: sessions.authenticate,
    sessions,
    publicBaseUrl,
    writeLimit: writeLimiter(settings.writes),
    log,
    tracer,
    readiness: readinessOf(store, settings.broker === null ? null : messages),
    gauges: [...checkoutMetrics({ store }), gateway.answers, certificateGauge(settings.alipay)],
  }
}

/** The store, and the broker where there is one. */
export function readinessOf(
  store: Pick<OpenStore, 'ping'>,
  messages: Pick<OpenMessages, 'ping'> | null,
): ReadinessCheck[] {
  const checks = [{ name: 'store', check: () => store.ping() }]
  return messages === null ? checks : [...checks, { name: 'broker', check: () => messages.ping() }]
}
