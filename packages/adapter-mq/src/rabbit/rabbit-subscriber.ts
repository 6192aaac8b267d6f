import { CheckoutError } from '@coursepay/core'
import type { AmqpConnection } from './amqp-connection.js'
import type { RabbitSubscriber } from './rabbit-broker.js'
import { type RabbitSubscription, type SubscriptionParts, startSubscription } from './subscription.js'
import type { Supervisor } from './supervisor.js'

export interface SubscriberParts extends Pick<SubscriptionParts, 'copies' | 'settings'> {
  /** The consumers' connection; opened with the first subscription. */
  connection(): Supervisor<AmqpConnection>
}

export function createRabbitSubscriber(parts: SubscriberParts): RabbitSubscriber {
  const subscriptions = new Set<RabbitSubscription>()
  return {
    async subscribe(queue, handler) {
      const connection = parts.connection()
      const onStopped = (): void => void subscriptions.delete(subscription)
      const { copies, settings } = parts
      const subscription = startSubscription({ copies, settings, connection, queue, handler, onStopped })
      subscriptions.add(subscription)
      await connection.firstAttempt()
      // When the broker cannot be reached now, it is found later; when it refuses, it will refuse again.
      const failure = connection.current() === null ? null : await subscription.firstAttempt()
      if (CheckoutError.isInstance(failure)) {
        await subscription.stop()
        throw failure
      }
      return subscription
    },
    problem: () => [...subscriptions].map((each) => each.problem()).find((each) => each !== null) ?? null,
    async stopAll() {
      await Promise.all([...subscriptions].map((each) => each.stop()))
    },
  }
}
