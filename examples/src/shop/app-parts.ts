import type { Database } from '@coursepay/adapter-sql'
import { bearerAuthentication, type GaugeSource } from '@coursepay/http-hono'
import { certificateGauge } from '../process/certificate-ends.js'
import type { ShopParts } from './container.js'
import { stateGauges } from './state-gauges.js'

/** What the HTTP app needs beside the services: who asks, where phones reach it, what is ready, what is counted. */
export function appParts({ settings, tokens, publicBaseUrl, database, broker, gateway, log }: ShopParts) {
  return {
    authenticate: bearerAuthentication(tokens),
    publicBaseUrl,
    writeLimit: settings.writes,
    log,
    readiness: [{ name: 'store', check: () => database.ping() }, ...broker.readiness],
    gauges: [...outboxGauges(database), ...stateGauges(database), gateway.answers, certificateGauge(settings.alipay)],
  }
}

function outboxGauges({ outboxInspection }: Database): GaugeSource[] {
  return [
    {
      name: 'coursepay_outbox_messages',
      help: 'Messages not yet delivered, by state',
      labelNames: ['state'],
      async read() {
        const { waiting, dead } = await outboxInspection.backlog()
        return [
          { labels: { state: 'waiting' }, value: waiting },
          { labels: { state: 'dead' }, value: dead },
        ]
      },
    },
    {
      name: 'coursepay_outbox_oldest_seconds',
      help: 'Age of the oldest message that waits',
      read: async () => [{ value: (await outboxInspection.backlog()).oldestMs / 1_000 }],
    },
  ]
}
