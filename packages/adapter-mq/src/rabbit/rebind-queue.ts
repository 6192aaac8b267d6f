import type { AmqpConnection } from './amqp-connection.js'
import { errorTextOf } from './broker-error.js'
import { declareExchangeIfMissing } from './exchange.js'
import type { RabbitSettings } from './rabbit-settings.js'
import { bindQueueToFanoutExchange } from './service-queues.js'
import { waitUntilElapsedOrAborted } from './timeouts.js'

/** An exchange that was deleted and declared again has lost its bindings, without an event. */
const REBIND_INTERVAL_MS = 10_000

export interface QueueBindingHealth {
  /** Why the queue may not be bound; null when it is. */
  problem(): string | null
  /** The queue was bound elsewhere, as part of its declaration. */
  onBound(): void
}

/** Binds a queue every ten seconds while it is consumed; `connectionWhileConsuming` is null when it is not. */
export function rebindPeriodically(
  connectionWhileConsuming: () => AmqpConnection | null,
  { exchange, scheduler, onEvent }: RabbitSettings,
  queue: string,
  signal: AbortSignal,
): QueueBindingHealth {
  let problem: string | null = null
  async function bind(connection: AmqpConnection): Promise<void> {
    try {
      await declareExchangeIfMissing(connection, exchange)
      await bindQueueToFanoutExchange(connection, exchange, queue)
      problem = null
    } catch (error) {
      if (signal.aborted) return
      problem = errorTextOf(error)
      onEvent({ kind: 'not_bound', queue, reason: problem })
    }
  }
  async function run(): Promise<void> {
    while (!signal.aborted) {
      await waitUntilElapsedOrAborted(scheduler, REBIND_INTERVAL_MS, signal)
      const connection = signal.aborted ? null : connectionWhileConsuming()
      if (connection !== null) await bind(connection)
    }
  }
  void run()
  return {
    problem: () => problem,
    onBound() {
      problem = null
    },
  }
}
