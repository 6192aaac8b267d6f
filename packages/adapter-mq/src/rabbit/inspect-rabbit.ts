import { createFailoverOpener } from './addresses.js'
import { type AmqpConnection, openConnection } from './amqp-connection.js'
import { toBrokerUnavailable } from './broker-error.js'
import { compareExchangeWithSettings } from './exchange.js'
import { type RabbitOptions, readRabbitSettings } from './rabbit-settings.js'
import { compareQueueWithSettings } from './service-queues.js'

/** What is there, and whether it was declared as the settings say. */
export type FitsOrMissing = 'fits' | 'missing'

/** A connection that looks at a broker and declares nothing. Every call fails with `broker_unavailable`. */
export interface RabbitInspector {
  /** The version of the broker, such as `3.13.7`; null when it names none. */
  readonly serverVersion: string | null
  /** Errors: with what to change when the exchange is of another kind. */
  checkExchange(): Promise<FitsOrMissing>
  /** Errors: with what to change when the queue was declared otherwise. */
  checkQueue(queue: string): Promise<FitsOrMissing>
  /** Never rejects. */
  close(): Promise<void>
}

/**
 * Connects once, to look: nothing is declared, bound or sent. Errors: `invalid_request` for settings that can never
 * work; `broker_unavailable` when no address answers.
 */
export async function openRabbitInspector(options: RabbitOptions): Promise<RabbitInspector> {
  const settings = readRabbitSettings(options)
  const open = createFailoverOpener(settings.addresses, (address, signal) =>
    openConnection({ address, role: 'publisher', settings, onBlocked: () => {} }, signal),
  )
  const connection: AmqpConnection = await orThrowBrokerUnavailable(open(new AbortController().signal))
  return {
    serverVersion: connection.serverVersion,
    checkExchange: () => orThrowBrokerUnavailable(compareExchangeWithSettings(connection, settings.exchange)),
    checkQueue: (queue) => orThrowBrokerUnavailable(compareQueueWithSettings(connection, settings, queue)),
    close: () => connection.close(),
  }
}

async function orThrowBrokerUnavailable<Result>(call: Promise<Result>): Promise<Result> {
  try {
    return await call
  } catch (error) {
    throw toBrokerUnavailable(error)
  }
}
