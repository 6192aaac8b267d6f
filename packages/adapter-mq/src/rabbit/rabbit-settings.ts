import { CheckoutError, type Clock } from '@coursepay/core'
import { systemClock, systemScheduler } from '@coursepay/core/assembly'
import type { Scheduler } from '@coursepay/core/ports'
import {
  createMessageSigner,
  createProofErrorFinder,
  type ProofErrorOf,
  type ProofRequirement,
  type SignMessage,
} from '../message-proof.js'
import { PAYNOTIFY_EXCHANGE } from '../topology.js'
import { type BrokerAddress, readBrokerUrls, rotateRandomly, toBrokerAddress } from './addresses.js'
import { type BackoffSettings, createBackoff } from './backoff.js'
import { type OnBrokerEvent, toNonThrowingListener } from './broker-event.js'
import type { WindowSettings } from './publish-window.js'

export type RabbitQueueType = 'quorum' | 'plain'

export interface RabbitOptions {
  /**
   * `amqp://user:pass@host:5672/vhost`, or `amqps://`. Off loopback both mean TLS, unless the address says `?tls=off`.
   * Several nodes of a cluster with commas between them: begun with any of them, and when that one is lost the next
   * ones are tried. Never shown in an error or event.
   */
  readonly url: string
  readonly exchange?: string
  /**
   * `quorum` (default): replicated queues whose crash-looping messages the broker itself dead-letters. `plain`: the
   * queue is used as another service declared it, and declared without arguments when there is none.
   */
  readonly queueType?: RabbitQueueType
  /**
   * The private Ed25519 key that the publisher proves its messages with: PEM, base64 of its DER, or the path of a file.
   */
  readonly signingKey?: string
  /** The public key that subscribers check proofs with, in the same forms; several with commas between them. */
  readonly verifyKey?: string
  /** What subscribers do with a message without a proof; `required` by default once there is a `verifyKey`. */
  readonly proof?: ProofRequirement
  /** Queues that the publisher binds to the exchange itself; while one is missing it takes no message. */
  readonly requiredQueues?: readonly string[]
  /** Messages handed to one subscription at once; keep it small where a handler can kill the process. */
  readonly prefetch?: number
  /** A message becomes a dead letter once more consumers than this died while they worked on it. */
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

type ConvertedOptionName = 'url' | 'window' | 'reconnect' | 'random' | 'signingKey' | 'verifyKey' | 'proof'

export interface RabbitSettings extends Required<Omit<RabbitOptions, ConvertedOptionName>> {
  /** At least one. */
  readonly addresses: readonly BrokerAddress[]
  /** Null: messages are sent without a proof. */
  readonly signMessage: SignMessage | null
  readonly proofErrorOf: ProofErrorOf
  readonly window: WindowSettings
  readonly backoff: (failures: number) => number
}

/** Finds out, before anything is opened, whether options can be used. Throws as `openRabbitBroker` would. */
export function checkRabbitOptions(options: RabbitOptions): void {
  readRabbitSettings(options)
}

/** Fills in the defaults. Throws `invalid_request` for an address that is none; it is not repeated in the sentence. */
export function readRabbitSettings(given: RabbitOptions): RabbitSettings {
  const options: RabbitOptions = given ?? {} // of a caller without types
  const { url, reconnect, window, random = Math.random, onEvent, signingKey, verifyKey, proof, ...others } = options
  const addresses = readBrokerUrls(url)
  const heartbeatInAddress = addresses
    .map((address) => address.searchParams.get('heartbeat'))
    .find((each) => each !== null)
  const heartbeatSeconds = options.heartbeatSeconds ?? Number(heartbeatInAddress ?? 5)
  // Without a heartbeat a dead network is never noticed, so 0 is refused.
  if (!Number.isInteger(heartbeatSeconds) || heartbeatSeconds < 1) {
    throw new CheckoutError('invalid_request', 'The heartbeat must be a whole number of seconds, at least 1.')
  }
  return {
    exchange: PAYNOTIFY_EXCHANGE,
    queueType: 'quorum',
    requiredQueues: [],
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
    addresses: rotateRandomly(
      addresses.map((address) => toBrokerAddress(address, heartbeatSeconds)),
      random,
    ),
    signMessage: signingKey === undefined ? null : createMessageSigner(signingKey),
    proofErrorOf: createProofErrorFinder(verifyKey, proof),
    window: { maxMessages: 200, maxBytes: 8 * 1024 * 1024, ...window },
    backoff: createBackoff({ minMs: 100, maxMs: 10_000, ...reconnect }, random),
    onEvent: toNonThrowingListener(onEvent),
  }
}
