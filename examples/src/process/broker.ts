import { inProcessModule } from '@coursepay/adapter-mq/container'
import type { Log, ReadinessCheck } from '@coursepay/http-hono'
import type { ContainerModule } from 'inversify'
import { SettingsError } from '../settings/settings-error.js'

/** Where messages go: to readers in this process. */
export interface Broker extends AsyncDisposable {
  readonly module: ContainerModule
  readonly readiness: readonly ReadinessCheck[]
}

export async function openBroker(amqpUrl: string | null, _log: Log): Promise<Broker> {
  if (amqpUrl !== null) throw new SettingsError(['AMQP_URL: RabbitMQ is not supported yet; leave it unset'])
  return { module: inProcessModule, readiness: [], async [Symbol.asyncDispose]() {} }
}
