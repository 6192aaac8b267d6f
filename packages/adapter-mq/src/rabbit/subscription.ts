import type { Subscription } from '@coursepay/core'
import type { MessageHandler } from '@coursepay/core/ports'
import type { AmqpConnection } from './amqp-connection.js'
import { errorTextOf } from './broker-error.js'
import type { ConfirmingSender } from './confirming-sender.js'
import { createConsumerHealth } from './consumer-health.js'
import { type ConsumerSession, openConsumerSession } from './consumer-session.js'
import type { Delivery } from './delivery.js'
import { delayWithSameAttempt, type HandlingContext, handleDelivery, isolateDelivery } from './handle-delivery.js'
import type { RabbitSettings } from './rabbit-settings.js'
import { rebindPeriodically } from './rebind-queue.js'
import { declareServiceQueues } from './service-queues.js'
import { createSharedExclusiveLock } from './shared-exclusive-lock.js'
import { type Supervisor, supervise } from './supervisor.js'
import { raceWithAbort, withTimeout } from './timeouts.js'

export interface SubscriptionDependencies {
  readonly connections: Supervisor<AmqpConnection>
  /** Copies go over the publisher's connection: on a blocked one the acks would be stuck behind them. */
  readonly copySender: ConfirmingSender
  readonly settings: RabbitSettings
  readonly queue: string
  readonly handler: MessageHandler
  onStopped(): void
}

export interface RabbitSubscription extends Subscription {
  /** Resolves when the first attempt to read is over: with null when it went well, with its error otherwise. */
  firstAttempt(): Promise<unknown>
  /** Why messages do not reach the handler now; null when they do. */
  problem(): string | null
}

export function startSubscription(dependencies: SubscriptionDependencies): RabbitSubscription {
  const { connections, settings, queue } = dependencies
  const { onEvent, backoff, scheduler } = settings
  const running = new Set<Promise<void>>()
  const stopping = new AbortController()
  const isStopping = (): boolean => stopping.signal.aborted
  const health = createConsumerHealth(settings.clock)

  const awaitConnection = (): Promise<AmqpConnection> => raceWithAbort(connections.ready(), stopping.signal)
  const context: HandlingContext = {
    ...{ queue, handler: dependencies.handler, settings, isStopping },
    ...{ onHandled: health.onHandled, hasHandledWithin: health.hasHandledWithin, onUnavailable: pauseConsuming },
    redeclareQueues: async () => declareServiceQueues(await awaitConnection(), settings, queue),
    sendCopy: (envelope) => dependencies.copySender.send(envelope),
  }
  function pauseConsuming(reason: string): void {
    if (!health.tryPause(reason)) return
    onEvent({ kind: 'paused', queue, reason })
    // The first message may fail before the session that brought it is there.
    void consumers.ready().then(
      (session) => session.pause(`paused: ${reason}`),
      () => {},
    )
  }
  const waitUntilIdle = async (): Promise<void> => void (await Promise.all(running))
  function track(handled: Promise<void>): void {
    const done = handled.finally(() => running.delete(done))
    running.add(done)
  }
  async function handle(delivery: Delivery): Promise<void> {
    if (isStopping()) delivery.nackAndRequeue()
    else await (health.isPaused() ? delayWithSameAttempt : handleDelivery)(context, delivery)
  }
  function consume(connection: AmqpConnection): Promise<ConsumerSession> {
    // A session of its own: what an earlier one left at work is no longer acked, and holds nobody up.
    const lock = createSharedExclusiveLock(scheduler)
    return openConsumerSession(connection, {
      ...{ queue, settings, waitUntilIdle },
      onDelivery(delivery) {
        if (delivery.message.fields.redelivered && !isStopping()) track(isolateDelivery(context, delivery, lock))
        else track(lock.runShared(() => handle(delivery)))
      },
      onIsolated: (delivery) => track(lock.runExclusive(() => handle(delivery))),
    })
  }
  // Asked for the first time long after both are there.
  const rebinder = rebindPeriodically(
    () => (consumers.current() === null ? null : connections.current()),
    settings,
    queue,
    stopping.signal,
  )
  const consumers: Supervisor<ConsumerSession> = supervise<ConsumerSession>({
    async open(signal) {
      const connection = await raceWithAbort(connections.ready(), signal)
      await declareServiceQueues(connection, settings, queue)
      rebinder.onBound()
      health.resume()
      return consume(connection)
    },
    backoff,
    scheduler,
    onOpen: () => onEvent({ kind: 'subscribed', queue }),
    onLost: (reason) => onEvent({ kind: 'subscription_lost', queue, reason }),
    onFailed: (error) => onEvent({ kind: 'subscription_lost', queue, reason: errorTextOf(error) }),
  })
  async function stopNow(): Promise<void> {
    stopping.abort()
    await consumers.current()?.cancel()
    await withTimeout(scheduler, settings.stopTimeoutMs, 'Waiting for handlers', waitUntilIdle()).catch(() => {})
    await consumers.close()
    dependencies.onStopped()
  }
  let stopped: Promise<void> | null = null
  return {
    firstAttempt: () => consumers.firstAttempt(),
    problem() {
      const notBound = rebinder.problem()
      if (notBound !== null) return `the queue ${queue} is not bound: ${notBound}`
      const notConsuming = consumers.current() === null ? errorTextOf(consumers.failure() ?? 'not yet') : null
      const reason = health.problem() ?? notConsuming
      return reason === null ? null : `the queue ${queue} is not read: ${reason}`
    },
    stop() {
      stopped ??= stopNow()
      return stopped
    },
  }
}
