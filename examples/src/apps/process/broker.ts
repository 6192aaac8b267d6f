import { type BrokerEvent, inProcess, rabbitmq } from '@coursepay/adapter-mq'
import type { OpenMessages } from '@coursepay/core'
import type { Log } from '@coursepay/http-hono'
import type { BrokerSettings } from '../settings/settings.js'

const FAULTS: ReadonlySet<BrokerEvent['kind']> = new Set(['exposed', 'paused', 'not_bound', 'dead_lettered', 'blocked'])

/** Where messages go: through RabbitMQ, or to consumers in this process. */
export function openBroker(settings: BrokerSettings | null, log: Log): Promise<OpenMessages> {
  if (settings === null) return inProcess().open()
  const { queue: _, ...options } = settings
  const onEvent = (event: BrokerEvent) => log[FAULTS.has(event.kind) ? 'error' : 'info']({ event: 'broker', ...event })
  return rabbitmq({ ...options, onEvent }).open()
}
