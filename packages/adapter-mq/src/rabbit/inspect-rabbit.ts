import { createFailoverOpener } from './addresses.js'
import { type AmqpConnection, openConnection } from './amqp-connection.js'
import { toBrokerUnavailable } from './broker-error.js'
import { declarationStateOfExchange } from './exchange.js'
import { type RabbitOptions, readRabbitSettings } from './rabbit-settings.js'
import { declarationStateOfQueue } from './service-queues.js'

/** What is there, and whether it was declared as the settings say. */
export type DeclarationState = 'fits' | 'missing'

/** A connection that looks at a broker and declares nothing. Every call fails with `broker_unavailable`. */
export interface RabbitInspection {
  /** The version of the broker, such as `3.13.7`; null when it names none. */
  readonly serverVersion: string | null
  /** Errors: with what to change when the exchange is of another kind. */
  checkExchange(): Promise<DeclarationState>
  /** Errors: with what to change when the queue was declared otherwise. */
  checkQueue(queue: string): Promise<DeclarationState>
  /** Never rejects. */
  close(): Promise<void>
}

/**
 * Connects once, to look: nothing is declared, bound or sent. Errors: `invalid_request` for settings that can never
 * work; `broker_unavailable` when no address answers.
 */
export async function openRabbitInspection(options: RabbitOptions): Promise<RabbitInspection> {
  const settings = readRabbitSettings(options)
  const open = createFailoverOpener(settings.addresses, (address, signal) =>
    openConnection({ address, role: 'publisher', settings, onBlocked: () => {} }, signal),
  )
  const connection: AmqpConnection = await orThrowBrokerUnavailable(open(new AbortController().signal))
  return {
    serverVersion: connection.serverVersion,
    checkExchange: () => orThrowBrokerUnavailable(declarationStateOfExchange(connection, settings.exchange)),
    checkQueue: (queue) => orThrowBrokerUnavailable(declarationStateOfQueue(connection, settings, queue)),
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
