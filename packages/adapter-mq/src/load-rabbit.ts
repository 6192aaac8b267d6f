import { CheckoutError, type MessagesAdapter } from '@coursepay/core'
import type { RabbitInspector } from './rabbit/inspect-rabbit.js'
import type { RabbitBroker } from './rabbit/rabbit-broker.js'
import type { RabbitOptions } from './rabbit/rabbit-settings.js'

/** Of an import that finds no package; `MODULE_NOT_FOUND` where a bundler made it a `require`. */
const MODULE_NOT_FOUND_CODES = new Set<unknown>(['ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND'])

/** Messages go to RabbitMQ, and to every queue that is bound there. */
export const rabbitmq = (options: RabbitOptions): MessagesAdapter => ({
  open: () => openRabbitBroker(options),
})

/**
 * Opens publisher and subscriber with a connection each. Resolves when the first attempt to connect is over; when the
 * broker is not there, connecting is retried until `close`. Errors: `invalid_request` for settings that can never work,
 * and where amqplib is not installed; `broker_unavailable` when the broker refuses the exchange, with what to change.
 */
export async function openRabbitBroker(options: RabbitOptions): Promise<RabbitBroker> {
  const rabbit = await importWithAmqplib(() => import('./rabbit/open-rabbit-broker.js'))
  return await rabbit.openRabbitBroker(options)
}

/**
 * Connects once, to look: nothing is declared, bound or sent. Errors: `invalid_request` for settings that can never
 * work, and where amqplib is not installed; `broker_unavailable` when no address answers.
 */
export async function openRabbitInspector(options: RabbitOptions): Promise<RabbitInspector> {
  const rabbit = await importWithAmqplib(() => import('./rabbit/inspect-rabbit.js'))
  return await rabbit.openRabbitInspector(options)
}

/**
 * amqplib is an optional peer: the broker inside the process needs none. Throws `invalid_request` when it is not there.
 */
export async function importWithAmqplib<Loaded>(load: () => Promise<Loaded>): Promise<Loaded> {
  try {
    return await load()
  } catch (error) {
    if (!isAmqplibMissing(error)) throw error
    throw new CheckoutError('invalid_request', 'RabbitMQ needs the package amqplib: npm install amqplib', {
      cause: error,
    })
  }
}

const isAmqplibMissing = (error: unknown): boolean =>
  error instanceof Error &&
  'code' in error &&
  MODULE_NOT_FOUND_CODES.has(error.code) &&
  error.message.includes(`'amqplib'`)
