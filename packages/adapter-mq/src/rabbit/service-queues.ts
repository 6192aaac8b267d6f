import { CheckoutError } from '@coursepay/core'
import { deadLetterQueueOf, isolationQueueOf, RETRY_DELAY_MS, retryQueueOf } from '../topology.js'
import { type AmqpConnection, existsOnBroker } from './amqp-connection.js'
import { ACCESS_REFUSED, errorTextOf, PRECONDITION_FAILED, replyCodeOf, toExplainedRefusal } from './broker-error.js'
import { declareExchangeIfMissing, EXCHANGE_ADVICE } from './exchange.js'
import type { RabbitQueueType, RabbitSettings } from './rabbit-settings.js'

type QueueArguments = Readonly<Record<string, unknown>>

/**
 * More than any message is handed out. From RabbitMQ 4.0 on a queue without a limit loses a dead letter that was looked
 * at 20 times, and a message that was in hand when its connection was lost again and again.
 */
const NEVER_REACHED_DELIVERY_LIMIT = 1_000_000

/**
 * Declares a service's four queues and binds the main one: `<queue>`, `.retry`, `.alone` and `.dlq` behind it. The
 * retry queue returns to the main one through the default exchange, after a second, and the main queue never
 * dead-letters to it: a message that goes round in a circle without being rejected is dropped by the broker. A main
 * queue of the wrong type is refused before anything is declared. A user who may not declare takes queues as they are.
 * Errors: `broker_unavailable` with what to change when the broker refuses; other errors as they come.
 */
export async function declareServiceQueues(
  connection: AmqpConnection,
  settings: RabbitSettings,
  queue: string,
): Promise<void> {
  await declareExchangeIfMissing(connection, settings.exchange)
  const exists = await queueExists(connection, queue)
  if (exists) await declareMainQueue(connection, settings, queue)
  const { queueType } = settings
  await declareSideQueue(connection, deadLetterQueueOf(queue), deadLetterQueueArguments, queueType)
  await declareSideQueue(connection, retryQueueOf(queue), (type) => retryQueueArguments(type, queue), queueType)
  await declareSideQueue(connection, isolationQueueOf(queue), () => isolationQueueArguments(settings, queue), queueType)
  if (!exists) await declareMainQueue(connection, settings, queue)
  await bindQueueToFanoutExchange(connection, settings.exchange, queue)
}

/**
 * Compares a service's queue with the settings, and declares nothing. Errors: `broker_unavailable` with what to change.
 */
export async function compareQueueWithSettings(
  connection: AmqpConnection,
  settings: RabbitSettings,
  queue: string,
): Promise<'fits' | 'missing'> {
  if (!(await queueExists(connection, queue))) return 'missing'
  await declareMainQueue(connection, settings, queue)
  return 'fits'
}

/** Binding again changes nothing. Needs write permission on the queue and read permission on the exchange. */
export async function bindQueueToFanoutExchange(
  connection: AmqpConnection,
  exchange: string,
  queue: string,
): Promise<void> {
  try {
    await connection.withChannel((channel) => channel.bindQueue(queue, exchange, ''))
  } catch (error) {
    throw toExplainedRefusal(`The queue ${queue} cannot be bound.`, EXCHANGE_ADVICE, error)
  }
}

export async function queueExists(connection: AmqpConnection, queue: string): Promise<boolean> {
  try {
    return await existsOnBroker(connection, (channel) => channel.checkQueue(queue))
  } catch (error) {
    throw toExplainedRefusal(`The queue ${queue} cannot be used.`, NAME_ANOTHER_QUEUE_ADVICE, error)
  }
}

const NAME_ANOTHER_QUEUE_ADVICE = 'Name another by AMQP_QUEUE.'
const SIDE_QUEUE_ADVICE = 'Delete it once it is empty, so that it is declared again.'
const MAIN_QUEUE_ADVICE =
  'Set AMQP_QUEUE_TYPE (the option "queueType") to "plain" to use it as it is, or name another queue, or delete it once it is empty.'
const MAIN_QUEUE_NOT_PLAIN_ADVICE =
  'drops messages that are delivered too often. Set AMQP_QUEUE_TYPE (the option "queueType") to "quorum" and delete the queue once ' +
  'it is empty, or declare it with x-queue-type "classic".'

async function declareMainQueue(connection: AmqpConnection, settings: RabbitSettings, queue: string): Promise<void> {
  let error = await tryDeclareQueue(
    connection,
    queue,
    mainQueueArguments(settings, queue, NEVER_REACHED_DELIVERY_LIMIT),
  )
  const [, otherLimit] = /'x-delivery-limit'.* current is '(\d+)'/.exec(error === null ? '' : errorTextOf(error)) ?? []
  // A queue of an earlier version sets a lower limit, which is harmless.
  if (otherLimit !== undefined) {
    error = await tryDeclareQueue(connection, queue, mainQueueArguments(settings, queue, Number(otherLimit)))
  }
  if (error === null) return
  if (settings.queueType === 'quorum' || replyCodeOf(error) !== PRECONDITION_FAILED) {
    throw toExplainedRefusal(`The queue ${queue} exists with other arguments.`, MAIN_QUEUE_ADVICE, error)
  }
  // A plain queue may have any argument of its own, but the virtual host's default type may have made it a quorum
  // queue.
  if (!/'x-(?:queue-type|delivery-limit|quorum-[\w-]+)'/.test(errorTextOf(error))) return
  const sentence = `The queue ${queue} is no plain queue: it ${MAIN_QUEUE_NOT_PLAIN_ADVICE}`
  throw new CheckoutError('broker_unavailable', sentence, { cause: error })
}

/** Also takes one that was declared for the other queue type: it does the same. */
async function declareSideQueue(
  connection: AmqpConnection,
  name: string,
  argumentsFor: (type: RabbitQueueType) => QueueArguments,
  type: RabbitQueueType,
): Promise<void> {
  const error = await tryDeclareQueue(connection, name, argumentsFor(type))
  if (replyCodeOf(error) === PRECONDITION_FAILED) {
    const otherTypeArguments = argumentsFor(type === 'plain' ? 'quorum' : 'plain')
    if ((await tryDeclareQueue(connection, name, otherTypeArguments)) === null) return
  }
  if (error !== null)
    throw toExplainedRefusal(`The queue ${name} exists with other arguments.`, SIDE_QUEUE_ADVICE, error)
}

/**
 * Null when the queue is there as asked, or is there and this user may not declare it; otherwise the broker's refusal.
 */
async function tryDeclareQueue(connection: AmqpConnection, name: string, args: QueueArguments): Promise<unknown> {
  try {
    await connection.withChannel((channel) => channel.assertQueue(name, { durable: true, arguments: { ...args } }))
    return null
  } catch (error) {
    const isUsable = replyCodeOf(error) === ACCESS_REFUSED && (await queueExists(connection, name))
    return isUsable ? null : error
  }
}

/** At-least-once dead-lettering keeps a message until the other queue has taken it; it needs `reject-publish`. */
const deadLetterRoutingTo = (queue: string) => ({
  'x-dead-letter-exchange': '',
  'x-dead-letter-routing-key': queue,
})
const AT_LEAST_ONCE_ARGUMENTS = { 'x-dead-letter-strategy': 'at-least-once', 'x-overflow': 'reject-publish' }
const QUORUM_TYPE_ARGUMENT = { 'x-queue-type': 'quorum' }
/** Always named, since the virtual host may have another default. */
const CLASSIC_TYPE_ARGUMENT = { 'x-queue-type': 'classic' }

function mainQueueArguments({ queueType }: RabbitSettings, queue: string, deliveryLimit: number): QueueArguments {
  if (queueType === 'plain') return CLASSIC_TYPE_ARGUMENT
  const limit = { 'x-delivery-limit': deliveryLimit }
  return {
    ...QUORUM_TYPE_ARGUMENT,
    ...limit,
    ...AT_LEAST_ONCE_ARGUMENTS,
    ...deadLetterRoutingTo(deadLetterQueueOf(queue)),
  }
}

function retryQueueArguments(type: RabbitQueueType, queue: string): QueueArguments {
  const requeue = { 'x-message-ttl': RETRY_DELAY_MS, ...deadLetterRoutingTo(queue) }
  return type === 'plain'
    ? { ...CLASSIC_TYPE_ARGUMENT, ...requeue }
    : { ...QUORUM_TYPE_ARGUMENT, ...AT_LEAST_ONCE_ARGUMENTS, ...requeue }
}

/**
 * A quorum queue also for plain ones, since the broker counts deliveries in no other. One death was in the main queue.
 */
const isolationQueueArguments = ({ deliveryLimit }: RabbitSettings, queue: string): QueueArguments => ({
  ...{ ...QUORUM_TYPE_ARGUMENT, 'x-delivery-limit': Math.max(0, deliveryLimit - 1) },
  ...{ ...AT_LEAST_ONCE_ARGUMENTS, ...deadLetterRoutingTo(deadLetterQueueOf(queue)) },
})

const deadLetterQueueArguments = (type: RabbitQueueType): QueueArguments =>
  type === 'plain'
    ? CLASSIC_TYPE_ARGUMENT
    : { ...QUORUM_TYPE_ARGUMENT, 'x-delivery-limit': NEVER_REACHED_DELIVERY_LIMIT }
