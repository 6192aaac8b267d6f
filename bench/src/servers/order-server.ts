import { alipay } from '@coursepay/adapter-alipay'
import { sqlStore } from '@coursepay/adapter-sql'
import {
  coursePriceSource,
  createOrderUseCases,
  systemClock,
  systemPayTokens,
  systemScheduler,
} from '@coursepay/core/assembly'
import { bearerAuthentication, createCheckoutApp } from '@coursepay/http-hono'
import { serve } from '@hono/node-server'
import pino from 'pino'

// The order service without its workers, for the rows that measure a request alone: a relay would take its part of the
// machine. Everything else is what the real server has: verification, journal, metrics, a line of log for each request.

const { PORT, DATABASE_URL = '', JWT_SECRET: secret = '' } = process.env
const setting = (name: string) => process.env[name] ?? ''

const store = await sqlStore({ url: DATABASE_URL }).open()
const { gateway, notifyReader } = alipay({
  appId: setting('ALIPAY_APP_ID'),
  sellerId: setting('ALIPAY_SELLER_ID'),
  privateKey: setting('ALIPAY_PRIVATE_KEY'),
  alipayPublicKey: setting('ALIPAY_PUBLIC_KEY'),
  gateway: setting('ALIPAY_GATEWAY'),
})
const { service, callbacks, operator, views } = createOrderUseCases({
  ...{ gateway, notifyReader, clock: systemClock, scheduler: systemScheduler, ids: store.ids },
  store: store.orderStore,
  priceSources: { '60201': coursePriceSource({ store: store.learningStore }) },
  tokens: systemPayTokens,
  settings: {
    orderTimeToLiveMs: 1_800_000,
    latePolicy: 'refund',
    queryIntervalMs: 1_000,
    callbackUrls: { notifyUrl: `http://127.0.0.1:${PORT}/api/orders/receivenotify`, returnUrl: null },
  },
  wakeRelay: () => {},
})
const log = pino()
const app = createCheckoutApp({
  orders: service,
  operator,
  operatorViews: views,
  payments: callbacks,
  authenticate: bearerAuthentication({ secret }),
  publicBaseUrl: `http://127.0.0.1:${PORT}`,
  // It measures one process, by a few users.
  writeLimit: null,
  readiness: [{ name: 'store', check: () => store.ping() }],
  log: { info: (fields) => log.info(fields), error: (fields) => log.error(fields) },
})
serve({ fetch: app.fetch, port: Number(PORT), hostname: '127.0.0.1' })
process.once('SIGTERM', () => void store.close().then(() => process.exit(0)))
