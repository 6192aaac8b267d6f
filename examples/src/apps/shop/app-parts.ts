import type { OpenMessages, OpenStore } from '@coursepay/core'
import type { OutboxInspection } from '@coursepay/core/ports'
import {
  bearerAuthentication,
  createSessions,
  type GaugeSource,
  type ReadinessCheck,
  writeLimiter,
} from '@coursepay/http-hono'
import { certificateGauge } from '../process/certificate-ends.js'
import type { ShopParts } from './shop-modules.js'
import { stateGauges } from './state-gauges.js'

/** What the HTTP app needs beside the services: the caller, the public address, readiness, metrics. */
export function appParts({ settings, tokens, publicBaseUrl, store, messages, gateway, log }: ShopParts) {
  const secure = publicBaseUrl.startsWith('https:')
  const sessions = createSessions({ authenticate: bearerAuthentication(tokens), secure })
  return {
    authenticate: sessions.authenticate,
    sessions,
    publicBaseUrl,
    writeLimit: writeLimiter(settings.writes),
    log,
    readiness: readinessOf(store, settings.broker === null ? null : messages),
    gauges: [
      ...outboxGauges(store.orderStore.outbox),
      ...stateGauges(store),
      gateway.answers,
      certificateGauge(settings.alipay),
    ],
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

function outboxGauges(outbox: OutboxInspection): GaugeSource[] {
  return [
    {
      name: 'coursepay_outbox_messages',
      help: 'Messages not yet delivered, by state',
      labelNames: ['state'],
      async read() {
        const { waiting, dead } = await outbox.backlog()
        return [
          { labels: { state: 'waiting' }, value: waiting },
          { labels: { state: 'dead' }, value: dead },
        ]
      },
    },
    {
      name: 'coursepay_outbox_oldest_seconds',
      help: 'Age of the oldest message that waits',
      read: async () => [{ value: (await outbox.backlog()).oldestMs / 1_000 }],
    },
  ]
}
