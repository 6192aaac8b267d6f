import type { Channel } from 'amqplib'
import { deadLetterQueueOf, RETRY_AFTER_MS, retryQueueOf } from '../topology.js'
import type { AmqpConnection } from './amqp-connection.js'
import { replyCodeOf } from './broker-error.js'
import { explained, refusal } from './broker-refusal.js'
import { declareExchange, EXCHANGE_ADVICE } from './declare-exchange.js'
import type { RabbitSettings } from './rabbit-settings.js'

const NOT_FOUND = 404

/** More looks at a dead letter than anyone takes. From RabbitMQ 4.0 on a queue without a limit loses what was looked at 20 times. */
const NO_LIMIT = 1_000_000

/**
 * Declares a service's three queues and binds the main one: `<queue>`, `<queue>.retry` and `<queue>.dlq`. The retry queue hands back
 * to the main one through the default exchange, after a second, and the main queue never dead-letters to it: a message that goes
 * round in a circle without being rejected is dropped by the broker.
 * Errors: `broker_unavailable` with what to change when the broker refuses; other errors as they come.
 */
export async function declareServiceQueues(
  connection: AmqpConnection,
  settings: RabbitSettings,
  queue: string,
): Promise<void> {
  const { exchange, queueType } = settings
  const asItIs = queueType === 'plain' && (await queueExists(connection, queue))
  await connection.withChannel(async (channel) => {
    const declare = (name: string, args: Record<string, unknown>, advice: string) =>
      explained(`The queue ${name} exists with other arguments.`, advice, () =>
        channel.assertQueue(name, { durable: true, arguments: args }),
      )
    await declareExchange(channel, exchange)
    await declare(deadLetterQueueOf(queue), deadLetterArguments(settings), SIDE_QUEUE_ADVICE)
    await declare(retryQueueOf(queue), retryArguments(settings, queue), SIDE_QUEUE_ADVICE)
    if (!asItIs) await declare(queue, mainArguments(settings, queue), MAIN_QUEUE_ADVICE)
    await explained(`The queue ${queue} cannot be bound.`, EXCHANGE_ADVICE, () =>
      channel.bindQueue(queue, exchange, ''),
    )
  })
}

const SIDE_QUEUE_ADVICE =
  'Delete it once it is empty, so that it is declared anew, or go back to the setting "queueType" it was declared with.'
const MAIN_QUEUE_ADVICE =
  'Set "queueType" to "plain" to use it as it is, or name another queue, or delete it once it is empty.'

/** At-least-once dead-lettering keeps a message until the other queue has taken it; it needs `reject-publish`. */
const deadLetterTo = (queue: string) => ({
  'x-dead-letter-exchange': '',
  'x-dead-letter-routing-key': queue,
})
const quorum = { 'x-queue-type': 'quorum' }
const safeHandover = { 'x-dead-letter-strategy': 'at-least-once', 'x-overflow': 'reject-publish' }

function mainArguments({ queueType, deliveryLimit }: RabbitSettings, queue: string): Record<string, unknown> {
  if (queueType === 'plain') return {}
  const limit = { 'x-delivery-limit': deliveryLimit }
  return { ...quorum, ...limit, ...safeHandover, ...deadLetterTo(deadLetterQueueOf(queue)) }
}

function retryArguments({ queueType }: RabbitSettings, queue: string): Record<string, unknown> {
  const handBack = { 'x-message-ttl': RETRY_AFTER_MS, ...deadLetterTo(queue) }
  return queueType === 'plain' ? handBack : { ...quorum, ...safeHandover, ...handBack }
}

const deadLetterArguments = ({ queueType }: RabbitSettings): Record<string, unknown> =>
  queueType === 'plain' ? {} : { ...quorum, 'x-delivery-limit': NO_LIMIT }

/** Asks without declaring; the broker answers 404 by closing the channel. */
export async function queueExists(connection: AmqpConnection, queue: string): Promise<boolean> {
  try {
    await connection.withChannel((channel: Channel) => channel.checkQueue(queue))
    return true
  } catch (error) {
    if (replyCodeOf(error) === NOT_FOUND) return false
    throw refusal(`The queue ${queue} cannot be used.`, MAIN_QUEUE_ADVICE, error)
  }
}
