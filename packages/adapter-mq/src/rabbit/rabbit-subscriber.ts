import { CheckoutError } from '@coursepay/core'
import type { AmqpConnection } from './amqp-connection.js'
import type { RabbitSubscriber } from './rabbit-broker.js'
import { type RabbitSubscription, type SubscriptionDependencies, startSubscription } from './subscription.js'
import type { Supervisor } from './supervisor.js'

export interface SubscriberDependencies extends Pick<SubscriptionDependencies, 'copySender' | 'settings'> {
  /** The consumers' connection; opened with the first subscription. */
  openConnections(): Supervisor<AmqpConnection>
}

export function createRabbitSubscriber(dependencies: SubscriberDependencies): RabbitSubscriber {
  const subscriptions = new Set<RabbitSubscription>()
  return {
    async subscribe(queue, handler) {
      const connections = dependencies.openConnections()
      const onStopped = (): void => void subscriptions.delete(subscription)
      const { copySender, settings } = dependencies
      const subscription = startSubscription({ copySender, settings, connections, queue, handler, onStopped })
      subscriptions.add(subscription)
      await connections.firstAttempt()
      // When the broker cannot be reached now, it is found later; when it refuses, it will refuse again.
      const failure = connections.current() === null ? null : await subscription.firstAttempt()
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
