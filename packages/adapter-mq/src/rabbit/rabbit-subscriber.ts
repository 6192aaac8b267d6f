import { CheckoutError, type MessageHandler, type Subscription } from '@coursepay/core'
import type { AmqpConnection } from './amqp-connection.js'
import { textOf } from './broker-error.js'
import type { ConfirmingSender } from './confirming-sender.js'
import { type ConsumerSession, openConsumer } from './consumer-session.js'
import { declareServiceQueues } from './declare-service-queues.js'
import type { Delivery } from './delivery.js'
import { type HandlingParts, handleDelivery } from './handle-delivery.js'
import { type Keeper, keep } from './keeper.js'
import type { RabbitSubscriber } from './rabbit-broker.js'
import type { RabbitSettings } from './rabbit-settings.js'
import { unlessAborted, within } from './waiting.js'

export interface SubscriberParts {
  /** The consumers' connection; opened with the first subscription. */
  connection(): Keeper<AmqpConnection>
  /** Copies go over the publisher's connection: on a blocked one the acks would be stuck behind them. */
  readonly copies: ConfirmingSender
  readonly settings: RabbitSettings
}

export function createRabbitSubscriber(parts: SubscriberParts): RabbitSubscriber {
  const subscriptions = new Set<Subscription>()
  return {
    async subscribe(queue, handler) {
      const connection = parts.connection()
      const onStopped = (): void => void subscriptions.delete(subscription)
      const { consumers, subscription } = startSubscription(parts, connection, queue, handler, onStopped)
      subscriptions.add(subscription)
      await connection.firstAttempt()
      // When the broker cannot be reached now, it is found later; when it refuses, it will refuse again.
      const failure = connection.current() === null ? null : await consumers.firstAttempt()
      if (CheckoutError.isInstance(failure)) {
        await subscription.stop()
        throw failure
      }
      return subscription
    },
    async stopAll() {
      await Promise.all([...subscriptions].map((each) => each.stop()))
    },
  }
}

function startSubscription(
  { copies, settings }: SubscriberParts,
  connection: Keeper<AmqpConnection>,
  queue: string,
  handler: MessageHandler,
  onStopped: () => void,
) {
  const { onEvent, backoff, scheduler, clock } = settings
  const running = new Set<Promise<void>>()
  const stopping = new AbortController()
  const isStopping = (): boolean => stopping.signal.aborted
  const declare = (link: AmqpConnection) => declareServiceQueues(link, settings, queue)
  const redeclare = async (): Promise<void> => declare(await unlessAborted(connection.ready(), stopping.signal))
  const handling: HandlingParts = {
    ...{ queue, handler, clock, scheduler, onEvent, isStopping, redeclare },
    sendCopy: (envelope) => copies.send(envelope),
  }
  const idle = async (): Promise<void> => void (await Promise.all(running))
  function track(handled: Promise<void>): void {
    const work = handled.finally(() => running.delete(work))
    running.add(work)
  }
  function onDelivery(delivery: Delivery): void {
    if (isStopping()) delivery.handBack()
    else track(handleDelivery(handling, delivery))
  }
  const consumers = keep<ConsumerSession>({
    async open(signal) {
      const link = await unlessAborted(connection.ready(), signal)
      await declare(link)
      return openConsumer(link, { queue, settings, onDelivery, idle })
    },
    backoff,
    scheduler,
    onOpen: () => onEvent({ kind: 'subscribed', queue }),
    onLost: (reason) => onEvent({ kind: 'subscription_lost', queue, reason }),
    onFailed: (error) => onEvent({ kind: 'subscription_lost', queue, reason: textOf(error) }),
  })
  let stopped: Promise<void> | null = null
  async function stopNow(): Promise<void> {
    stopping.abort()
    await consumers.current()?.cancel()
    await within(scheduler, settings.stopTimeoutMs, 'Waiting for handlers', idle()).catch(() => {})
    await consumers.close()
    onStopped()
  }
  const subscription: Subscription = {
    stop() {
      stopped ??= stopNow()
      return stopped
    },
  }
  return { consumers, subscription }
}
