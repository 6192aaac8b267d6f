import type { MessageHandler, Subscription } from '@coursepay/core'
import type { AmqpConnection } from './amqp-connection.js'
import { textOf } from './broker-error.js'
import type { ConfirmingSender } from './confirming-sender.js'
import { type ConsumerSession, openConsumer } from './consumer-session.js'
import { declareServiceQueues } from './declare-service-queues.js'
import type { Delivery } from './delivery.js'
import { type HandlingParts, handleDelivery, postponeDelivery } from './handle-delivery.js'
import { keepBound } from './keep-bound.js'
import type { RabbitSettings } from './rabbit-settings.js'
import { type Supervisor, supervise } from './supervisor.js'
import { unlessAborted, withTimeout } from './timeouts.js'

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

/** A reader that paused a moment ago may well pause again with the next message. */
const PAUSE_COUNTS_MS = 5_000
/** A reader that has handled a message so lately works, although another message fails. */
const WORKING_MS = 1_000

export function startSubscription(parts: SubscriptionParts): RabbitSubscription {
  const { connection, settings, queue } = parts
  const { onEvent, backoff, scheduler } = settings
  const running = new Set<Promise<void>>()
  const stopping = new AbortController()
  const isStopping = (): boolean => stopping.signal.aborted
  let isPaused = false
  let lastHandledAt = Number.NEGATIVE_INFINITY
  let lastPause = { at: Number.NEGATIVE_INFINITY, reason: '' }

  const link = (): Promise<AmqpConnection> => unlessAborted(connection.ready(), stopping.signal)
  const idle = async (): Promise<void> => void (await Promise.all(running))
  const handling: HandlingParts = {
    ...{ queue, handler: parts.handler, settings, isStopping },
    redeclare: async () => declareServiceQueues(await link(), settings, queue),
    sendCopy: (envelope) => parts.copies.send(envelope),
    onUnavailable: pauseReading,
    hasHandledWithin: (ms) => settings.clock.now() - lastHandledAt < ms,
    onHandled() {
      lastHandledAt = settings.clock.now()
    },
  }
  function pauseReading(reason: string): void {
    if (isPaused || handling.hasHandledWithin(WORKING_MS)) return
    isPaused = true
    lastPause = { at: settings.clock.now(), reason }
    onEvent({ kind: 'paused', queue, reason })
    // The first message may fail before the session that brought it is there.
    void consumers.ready().then(
      (session) => session.pause(`paused: ${reason}`),
      () => {},
    )
  }
  function track(handled: Promise<void>): void {
    const work = handled.finally(() => running.delete(work))
    running.add(work)
  }
  function onDelivery(delivery: Delivery): void {
    if (isStopping()) delivery.nackAndRequeue()
    else track(isPaused ? postponeDelivery(handling, delivery) : handleDelivery(handling, delivery))
  }
  const consumers = supervise<ConsumerSession>({
    async open(signal) {
      const open = await unlessAborted(connection.ready(), signal)
      await declareServiceQueues(open, settings, queue)
      isPaused = false
      return openConsumer(open, { queue, settings, onDelivery, idle })
    },
    backoff,
    scheduler,
    onOpen: () => onEvent({ kind: 'subscribed', queue }),
    onLost: (reason) => onEvent({ kind: 'subscription_lost', queue, reason }),
    onFailed: (error) => onEvent({ kind: 'subscription_lost', queue, reason: textOf(error) }),
  })
  async function stopNow(): Promise<void> {
    stopping.abort()
    await consumers.current()?.cancel()
    await withTimeout(scheduler, settings.stopTimeoutMs, 'Waiting for handlers', idle()).catch(() => {})
    await consumers.close()
    parts.onStopped()
  }
  const binding = keepBound(
    () => (consumers.current() === null ? null : connection.current()),
    settings,
    queue,
    stopping.signal,
  )
  let stopped: Promise<void> | null = null
  return {
    firstAttempt: () => consumers.firstAttempt(),
    problem() {
      const notBound = binding.problem()
      if (notBound !== null) return `the queue ${queue} is not bound: ${notBound}`
      if (settings.clock.now() - lastPause.at < PAUSE_COUNTS_MS)
        return `the queue ${queue} is paused: ${lastPause.reason}`
      return consumers.current() === null
        ? `the queue ${queue} is not read: ${textOf(consumers.failure() ?? 'not yet')}`
        : null
    },
    stop() {
      stopped ??= stopNow()
      return stopped
    },
  }
}
