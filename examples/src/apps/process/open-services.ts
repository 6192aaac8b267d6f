import { type BrokerEvent, inProcess, rabbitmq } from '@coursepay/adapter-mq'
import { type OpenedSqlStore, sqlStore } from '@coursepay/adapter-sql'
import type { Clock, Course, OpenedCheckoutStore, OpenedMessages } from '@coursepay/core'
import type { Tracer } from '@coursepay/core/ports'
import type { Log, ReadinessCheck } from '@coursepay/http-hono'
import type { BrokerSettings } from '../settings/settings.js'
import { createProgress } from './progress.js'

/** Opens and migrates a database; with `courses`, exactly these are published. */
export async function openMigrated(url: string, courses?: readonly Course[], clock?: Clock): Promise<OpenedSqlStore> {
  // A step may take long on a large table: the user and the log see which one it is.
  const progress = createProgress(process.stderr, { everyMs: 0 })
  const onMigration = (step: { name: string; step: number; of: number }) =>
    progress.tell(`Migrating the database: ${step.name}, ${step.step} of ${step.of}`)
  const store = await sqlStore({ url, onMigration })
    .open(clock)
    .finally(() => progress.end())
  try {
    if (courses !== undefined) await store.publishCourses(courses)
    return store
  } catch (error) {
    await store.close()
    throw error
  }
}

const ERROR_EVENT_KINDS: ReadonlySet<BrokerEvent['kind']> = new Set([
  'exposed',
  'paused',
  'not_bound',
  'dead_lettered',
  'blocked',
])

/** Where messages go: through RabbitMQ, or to consumers in this process. */
export function openBroker(settings: BrokerSettings | null, log: Log): Promise<OpenedMessages> {
  if (settings === null) return inProcess().open()
  const { queue: _, ...options } = settings
  const onEvent = (event: BrokerEvent) =>
    log[ERROR_EVENT_KINDS.has(event.kind) ? 'error' : 'info']({ event: 'broker', ...event })
  return rabbitmq({ ...options, onEvent }).open()
}

/** The store, and the broker where there is one. */
export function readinessOf(
  store: Pick<OpenedCheckoutStore, 'ping'>,
  messages: Pick<OpenedMessages, 'ping'> | null,
): ReadinessCheck[] {
  const checks = [{ name: 'store', check: () => store.ping() }]
  return messages === null ? checks : [...checks, { name: 'broker', check: () => messages.ping() }]
}

/**
 * Traces go to the OpenTelemetry SDK that the process was started with (`NODE_OPTIONS=--import …`). Its own settings
 * ask for them; without one nothing is loaded and nothing is traced.
 */
export async function findTracer(environment: NodeJS.ProcessEnv = process.env): Promise<Tracer | undefined> {
  const { OTEL_TRACES_EXPORTER: exporter, OTEL_EXPORTER_OTLP_ENDPOINT: endpoint } = environment
  if (exporter === 'none' || (exporter ?? endpoint ?? '') === '') return undefined
  const { openTelemetry } = await import('@coursepay/http-hono/telemetry')
  return openTelemetry()
}
