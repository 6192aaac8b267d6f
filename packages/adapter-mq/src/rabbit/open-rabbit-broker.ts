import { CheckoutError } from '@coursepay/core'
import { createFailoverOpener } from './addresses.js'
import { type AmqpConnection, openConnection } from './amqp-connection.js'
import { errorTextOf, toBrokerUnavailable } from './broker-error.js'
import type { ConnectionRole } from './broker-event.js'
import { type ConfirmingSender, createConfirmingSender } from './confirming-sender.js'
import { createDeadLetters } from './dead-letters.js'
import { declareExchange } from './exchange.js'
import type { RabbitBroker } from './rabbit-broker.js'
import { createRabbitPublisher } from './rabbit-publisher.js'
import { type RabbitOptions, type RabbitSettings, readRabbitSettings } from './rabbit-settings.js'
import { createRabbitSubscriber } from './rabbit-subscriber.js'
import { keepRequiredQueuesBound } from './required-queues.js'
import { type Supervisor, supervise } from './supervisor.js'

/**
 * Opens publisher and subscriber with a connection each. Resolves when the first attempt to connect is over; when the
 * broker is not there, connecting is retried until `close`. Errors: `invalid_request` for settings that can never work;
 * `broker_unavailable` when the broker refuses the exchange, with what to change.
 */
export async function openRabbitBroker(options: RabbitOptions): Promise<RabbitBroker> {
  const settings = readRabbitSettings(options)
  const publisherConnections = superviseConnection('publisher', settings, rejectWaiters)
  const requiredQueues = keepRequiredQueuesBound(publisherConnections, settings)
  const sender = createConfirmingSender({
    connections: publisherConnections,
    settings,
    async declareTargets(connection) {
      await declareExchange(connection, settings.exchange)
      await requiredQueues.bindAll(connection)
    },
    problem: requiredQueues.problem,
  })
  // A channel of their own: a publish that closes the other one must not take the copies with it.
  const copySender = createConfirmingSender({
    connections: publisherConnections,
    settings,
    declareTargets: async () => {},
  })
  const senders = [sender, copySender]
  function rejectWaiters(): void {
    for (const each of senders) each.rejectWaiters()
  }
  let consumerConnections: Supervisor<AmqpConnection> | null = null
  const subscriber = createRabbitSubscriber({ openConnections: openConsumerConnections, copySender, settings })
  function openConsumerConnections(): Supervisor<AmqpConnection> {
    consumerConnections ??= superviseConnection('consumer', settings, () => {})
    return consumerConnections
  }
  let closed: Promise<void> | null = null
  async function closeAll(): Promise<void> {
    requiredQueues.close()
    await subscriber.stopAll()
    await Promise.all(senders.map((each) => each.close()))
    await Promise.all([publisherConnections.close(), consumerConnections?.close()])
  }
  const broker: RabbitBroker = {
    publisher: createRabbitPublisher(sender, settings),
    subscriber,
    deadLetters: createDeadLetters({ connections: publisherConnections, copySender, settings }),
    async ping() {
      await Promise.all(
        [publisherConnections, consumerConnections].map((each) => each && pingConnection(each, settings)),
      )
      const problem = requiredQueues.problem() ?? subscriber.problem()
      if (problem !== null)
        throw new CheckoutError('broker_unavailable', `Messages do not reach their consumers: ${problem}`)
    },
    serverVersion: () => publisherConnections.current()?.serverVersion ?? null,
    close() {
      closed ??= closeAll()
      return closed
    },
  }
  await awaitFirstAttempt(publisherConnections, senders, broker)
  return broker
}

/** An unreachable broker is found later; one that refuses will refuse again, so somebody must be told. */
async function awaitFirstAttempt(
  connections: Supervisor<AmqpConnection>,
  senders: readonly ConfirmingSender[],
  broker: RabbitBroker,
): Promise<void> {
  if ((await connections.firstAttempt()) !== null) return
  const failures = await Promise.all(senders.map((each) => each.firstAttempt()))
  const refusal = failures.find((each) => CheckoutError.isInstance(each))
  if (refusal === undefined) return
  await broker.close()
  throw refusal
}

function superviseConnection(
  role: ConnectionRole,
  settings: RabbitSettings,
  onBlocked: () => void,
): Supervisor<AmqpConnection> {
  const { onEvent, backoff, scheduler, addresses } = settings
  return supervise({
    open: createFailoverOpener(addresses, (address, signal) =>
      openConnection({ address, role, settings, onBlocked }, signal),
    ),
    backoff,
    scheduler,
    onOpen: () => onEvent({ kind: 'connected', connection: role }),
    onLost: (reason) => onEvent({ kind: 'connection_lost', connection: role, reason }),
    onFailed: (error) => onEvent({ kind: 'connect_failed', connection: role, reason: errorTextOf(error) }),
  })
}

async function pingConnection(connections: Supervisor<AmqpConnection>, { exchange }: RabbitSettings): Promise<void> {
  const connection = connections.current()
  if (connection === null) throw toBrokerUnavailable(connections.failure() ?? new Error('not connected yet'))
  if (connection.isBlocked()) {
    throw new CheckoutError(
      'broker_unavailable',
      'The message broker is short of memory or disk and accepts no message. Free some.',
    )
  }
  try {
    await connection.withChannel((channel) => channel.checkExchange(exchange))
  } catch (error) {
    throw toBrokerUnavailable(error)
  }
}
