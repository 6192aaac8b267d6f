import { CheckoutError, type Clock, type Scheduler, systemClock, systemScheduler } from '@coursepay/core'
import { PAYNOTIFY_EXCHANGE } from '../topology.js'
import { fromAnyOn, readAddresses } from './addresses.js'
import { type BackoffSettings, createBackoff } from './backoff.js'
import { guarded, type OnBrokerEvent } from './broker-event.js'
import type { WindowSettings } from './publish-window.js'

export type QueueType = 'quorum' | 'plain'

export interface RabbitOptions {
  /**
   * `amqp://user:pass@host:5672/vhost`, or `amqps://`. Several nodes of a cluster with commas between them: begun with any of them, and
   * when that one is lost the next ones are tried. Never shown in an error or event.
   */
  readonly url: string
  readonly exchange?: string
  /**
   * `quorum` (default): replicated queues whose crash-looping messages the broker itself sets aside. `plain`: the queue is used as
   * another service declared it, and declared without arguments when there is none.
   */
  readonly queueType?: QueueType
  /** Messages handed to one subscription at once; keep it small where a handler can kill the process. */
  readonly prefetch?: number
  /** Redeliveries after which a quorum queue sets a message aside that its reader neither took nor refused. */
  readonly deliveryLimit?: number
  /** How much may be unconfirmed at once. */
  readonly window?: Partial<WindowSettings>
  /** How long one publish may wait for room, and then for its confirm. Not below two heartbeats. */
  readonly confirmTimeoutMs?: number
  /** How long connecting, and any one call to the broker, may take. */
  readonly connectTimeoutMs?: number
  /** How long closing may take before the socket is cut. */
  readonly closeTimeoutMs?: number
  /** How long a subscription that stops waits for its handlers. */
  readonly stopTimeoutMs?: number
  readonly heartbeatSeconds?: number
  readonly reconnect?: Partial<BackoffSettings>
  /** Shown by the broker's tools, with `publisher` or `consumer` behind it. */
  readonly connectionName?: string
  readonly scheduler?: Scheduler
  readonly clock?: Clock
  /** A number from 0 up to 1, for the jitter of reconnecting. */
  readonly random?: () => number
  readonly onEvent?: OnBrokerEvent
}

export interface RabbitSettings extends Required<Omit<RabbitOptions, 'url' | 'window' | 'reconnect' | 'random'>> {
  /** At least one; with the heartbeat in each. */
  readonly urls: readonly string[]
  readonly window: WindowSettings
  readonly backoff: (failures: number) => number
}

/** Fills in the defaults. Throws `invalid_request` for an address that is none; it is not repeated in the sentence. */
export function readRabbitSettings(options: RabbitOptions): RabbitSettings {
  const { url, reconnect, window, random = Math.random, onEvent, ...others } = options
  const addresses = readAddresses(url)
  const written = addresses.map((address) => address.searchParams.get('heartbeat')).find((each) => each !== null)
  const heartbeatSeconds = options.heartbeatSeconds ?? Number(written ?? 5)
  // Without a heartbeat a dead network is never noticed, so 0 is refused.
  if (!Number.isInteger(heartbeatSeconds) || heartbeatSeconds < 1) {
    throw new CheckoutError('invalid_request', 'The heartbeat is a whole number of seconds, at least 1.')
  }
  for (const address of addresses) address.searchParams.set('heartbeat', String(heartbeatSeconds))
  return {
    exchange: PAYNOTIFY_EXCHANGE,
    queueType: 'quorum',
    prefetch: 10,
    deliveryLimit: 2,
    confirmTimeoutMs: 10_000,
    connectTimeoutMs: 10_000,
    closeTimeoutMs: 5_000,
    stopTimeoutMs: 20_000,
    connectionName: 'coursepay',
    scheduler: systemScheduler,
    clock: systemClock,
    ...others,
    heartbeatSeconds,
    urls: fromAnyOn(
      addresses.map(({ href }) => href),
      random,
    ),
    window: { messages: 200, bytes: 8 * 1024 * 1024, ...window },
    backoff: createBackoff({ firstMs: 100, longestMs: 10_000, ...reconnect }, random),
    onEvent: guarded(onEvent),
  }
}
