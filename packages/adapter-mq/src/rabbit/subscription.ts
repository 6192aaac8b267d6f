import type { Subscription } from '@coursepay/core'
import type { MessageHandler } from '@coursepay/core/ports'
import type { AmqpConnection } from './amqp-connection.js'
import { errorTextOf } from './broker-error.js'
import type { ConfirmingSender } from './confirming-sender.js'
import { createConsumerHealth } from './consumer-health.js'
import { type ConsumerSession, openConsumer } from './consumer-session.js'
import type { Delivery } from './delivery.js'
import { delayDelivery, type HandlingParts, handleDelivery, isolateDelivery } from './handle-delivery.js'
import type { RabbitSettings } from './rabbit-settings.js'
import { rebindQueue } from './rebind-queue.js'
import { declareServiceQueues } from './service-queues.js'
import { type Supervisor, supervise } from './supervisor.js'
import { unlessAborted, withTimeout } from './timeouts.js'
import { createWorkGate } from './work-gate.js'

export interface SubscriptionParts {
  readonly connection: Supervisor<AmqpConnection>
  /** Copies go over the publisher's connection: on a blocked one the acks would be stuck behind them. */
  readonly copies: ConfirmingSender
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

export function startSubscription(parts: SubscriptionParts): RabbitSubscription {
  const { connection, settings, queue } = parts
  const { onEvent, backoff, scheduler } = settings
  const accepted = new Set<Promise<void>>()
  const stopping = new AbortController()
  const isStopping = (): boolean => stopping.signal.aborted
  const state = createConsumerHealth(settings.clock)

  const link = (): Promise<AmqpConnection> => unlessAborted(connection.ready(), stopping.signal)
  const handling: HandlingParts = {
    ...{ queue, handler: parts.handler, settings, isStopping },
    ...{ onHandled: state.onHandled, hasHandledWithin: state.hasHandledWithin, onUnavailable: pauseReading },
    redeclare: async () => declareServiceQueues(await link(), settings, queue),
    sendCopy: (envelope) => parts.copies.send(envelope),
  }
  function pauseReading(reason: string): void {
    if (!state.pause(reason)) return
    onEvent({ kind: 'paused', queue, reason })
    // The first message may fail before the session that brought it is there.
    void consumers.ready().then(
      (session) => session.pause(`paused: ${reason}`),
      () => {},
    )
  }
  const idle = async (): Promise<void> => void (await Promise.all(accepted))
  function track(work: Promise<void>): void {
    const done = work.finally(() => accepted.delete(done))
    accepted.add(done)
  }
  async function handle(delivery: Delivery): Promise<void> {
    if (isStopping()) delivery.nackAndRequeue()
    else await (state.isPaused() ? delayDelivery : handleDelivery)(handling, delivery)
  }
  function consume(open: AmqpConnection): Promise<ConsumerSession> {
    // A session of its own: what an earlier one left at work is no longer acked, and holds nobody up.
    const gate = createWorkGate(scheduler)
    return openConsumer(open, {
      ...{ queue, settings, idle },
      onDelivery(delivery) {
        if (delivery.message.fields.redelivered && !isStopping()) track(isolateDelivery(handling, delivery, gate))
        else track(gate.runShared(() => handle(delivery)))
      },
      onIsolated: (delivery) => track(gate.runAlone(() => handle(delivery))),
    })
  }
  // Asked for the first time long after both are there.
  const binding = rebindQueue(
    () => (consumers.current() === null ? null : connection.current()),
    settings,
    queue,
    stopping.signal,
  )
  const consumers: Supervisor<ConsumerSession> = supervise<ConsumerSession>({
    async open(signal) {
      const open = await unlessAborted(connection.ready(), signal)
      await declareServiceQueues(open, settings, queue)
      binding.onBound()
      state.resume()
      return consume(open)
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
    await withTimeout(scheduler, settings.stopTimeoutMs, 'Waiting for handlers', idle()).catch(() => {})
    await consumers.close()
    parts.onStopped()
  }
  let stopped: Promise<void> | null = null
  return {
    firstAttempt: () => consumers.firstAttempt(),
    problem() {
      const notBound = binding.problem()
      if (notBound !== null) return `the queue ${queue} is not bound: ${notBound}`
      const notRead = consumers.current() === null ? errorTextOf(consumers.failure() ?? 'not yet') : null
      const reason = state.problem() ?? notRead
      return reason === null ? null : `the queue ${queue} is not read: ${reason}`
    },
    stop() {
      stopped ??= stopNow()
      return stopped
    },
  }
}
