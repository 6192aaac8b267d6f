import type { AmqpConnection } from './amqp-connection.js'
import { errorTextOf } from './broker-error.js'
import type { RabbitSettings } from './rabbit-settings.js'
import { bindQueueToFanoutExchange } from './service-queues.js'
import type { Supervisor } from './supervisor.js'
import { raceWithAbort, waitUntilElapsedOrAborted } from './timeouts.js'

/** The queues that must get every message. */
export interface RequiredQueuesRebinder {
  /** Why nothing may be published now; null when every queue is bound. */
  problem(): string | null
  /** Binds each of them once. Rejects only when the connection is lost. */
  bindAll(connection: AmqpConnection): Promise<void>
  close(): void
}

/**
 * AMQP cannot ask for a binding, but binding again is harmless: this soon after another is a queue or binding noticed
 * that is gone.
 */
const RECHECK_INTERVAL_WHEN_BOUND_MS = 5_000
const RECHECK_INTERVAL_WHEN_MISSING_MS = 1_000

export function keepRequiredQueuesBound(
  connections: Supervisor<AmqpConnection>,
  { requiredQueues, exchange, scheduler, onEvent }: RabbitSettings,
): RequiredQueuesRebinder {
  const stop = new AbortController()
  let problem: string | null = requiredQueues.length === 0 ? null : 'the required queues are not bound yet'
  async function bindAll(connection: AmqpConnection): Promise<void> {
    const problems = await Promise.all(requiredQueues.map((queue) => bindOrExplain(connection, queue)))
    problem = problems.find((each) => each !== null) ?? null
  }
  async function bindOrExplain(connection: AmqpConnection, queue: string): Promise<string | null> {
    try {
      await bindQueueToFanoutExchange(connection, exchange, queue)
      return null
    } catch (error) {
      const reason = `the required queue ${queue} is not bound, so nothing is sent: ${errorTextOf(error)}`
      if (problem !== reason) onEvent({ kind: 'not_bound', queue, reason })
      return reason
    }
  }
  async function run(): Promise<void> {
    while (!stop.signal.aborted) {
      await waitUntilElapsedOrAborted(
        scheduler,
        problem === null ? RECHECK_INTERVAL_WHEN_BOUND_MS : RECHECK_INTERVAL_WHEN_MISSING_MS,
        stop.signal,
      )
      await raceWithAbort(connections.ready(), stop.signal).then(bindAll)
    }
  }
  // Ends with the connection's supervisor, or by `close`.
  if (requiredQueues.length > 0) void run().catch(() => {})
  return { problem: () => problem, bindAll, close: () => stop.abort() }
}
