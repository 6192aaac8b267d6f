import { type BrokerEvent, openRabbitBroker } from '@coursepay/adapter-mq'
import { inProcessModule, rabbitModule } from '@coursepay/adapter-mq/container'
import type { Log, ReadinessCheck } from '@coursepay/http-hono'
import type { ContainerModule } from 'inversify'
import type { BrokerSettings } from '../settings/settings.js'

/** Where messages go: through RabbitMQ, or to readers in this process. */
export interface Broker extends AsyncDisposable {
  readonly module: ContainerModule
  readonly readiness: readonly ReadinessCheck[]
}

const FAULTS: ReadonlySet<BrokerEvent['kind']> = new Set(['exposed', 'paused', 'not_bound', 'dead_lettered', 'blocked'])

export async function openBroker(settings: BrokerSettings | null, log: Log): Promise<Broker> {
  if (settings === null) return { module: inProcessModule, readiness: [], async [Symbol.asyncDispose]() {} }
  const { queue, ...options } = settings
  const onEvent = (event: BrokerEvent) => log[FAULTS.has(event.kind) ? 'error' : 'info']({ event: 'broker', ...event })
  const broker = await openRabbitBroker({ ...options, onEvent })
  return {
    module: rabbitModule(broker, queue),
    readiness: [{ name: 'broker', check: () => broker.ping() }],
    [Symbol.asyncDispose]: () => broker.close(),
  }
}
