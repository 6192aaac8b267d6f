import { openRabbitBroker } from '@coursepay/adapter-mq'
import { inProcessModule, rabbitModule } from '@coursepay/adapter-mq/container'
import type { Log, ReadinessCheck } from '@coursepay/http-hono'
import type { ContainerModule } from 'inversify'
import type { BrokerSettings } from '../settings/settings.js'

/** Where messages go: through RabbitMQ, or to readers in this process. */
export interface Broker extends AsyncDisposable {
  readonly module: ContainerModule
  readonly readiness: readonly ReadinessCheck[]
}

export async function openBroker(settings: BrokerSettings | null, log: Log): Promise<Broker> {
  if (settings === null) return { module: inProcessModule, readiness: [], async [Symbol.asyncDispose]() {} }
  const { queue, ...options } = settings
  const broker = await openRabbitBroker({ ...options, onEvent: (event) => log.info({ event: 'broker', ...event }) })
  return {
    module: rabbitModule(broker, queue),
    readiness: [{ name: 'broker', check: () => broker.ping() }],
    [Symbol.asyncDispose]: () => broker.close(),
  }
}
