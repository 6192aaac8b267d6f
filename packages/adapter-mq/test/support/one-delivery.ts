import { manualScheduler, settableClock } from '@coursepay/core/fakes'
import { type MessageHandler, type PublishOutcome, writePayResultMessage } from '@coursepay/core/ports'
import type { ConsumeMessage, MessageProperties } from 'amqplib'
import type { BrokerEvent } from '../../src/index.js'
import type { ProofErrorOf } from '../../src/message-proof.js'
import type { Envelope } from '../../src/rabbit/confirming-channel.js'
import { createDelivery } from '../../src/rabbit/delivery.js'
import { handleDelivery, isolateDelivery } from '../../src/rabbit/handle-delivery.js'
import { createSharedExclusiveLock } from '../../src/rabbit/shared-exclusive-lock.js'
import { fakeChannel } from './fake-channel.js'
import { sampleMessage } from './messages.js'

const confirmed: PublishOutcome = { kind: 'confirmed' }

interface Given {
  readonly handler: MessageHandler
  readonly headers?: Record<string, unknown>
  readonly properties?: Partial<MessageProperties>
  readonly content?: Buffer
  /** What the broker says to the copies, one after the other. */
  readonly answers?: (PublishOutcome | Promise<PublishOutcome>)[]
  readonly proofErrorOf?: ProofErrorOf
  readonly isWorking?: boolean
  /** A consumer died while it held the message. */
  readonly redelivered?: boolean
}

/** Hands one delivery to a handler, and keeps what it comes to. */
export function start(given: Given) {
  const {
    handler,
    headers = {},
    properties = {},
    content,
    answers = [confirmed],
    proofErrorOf = () => null,
    isWorking = false,
    redelivered = false,
  } = given
  const clock = settableClock()
  const scheduler = manualScheduler(clock)
  const { channel, calls } = fakeChannel()
  const state = { open: true, stopping: false }
  const copies: Envelope[] = []
  const events: BrokerEvent[] = []
  const message = {
    content: content ?? Buffer.from(writePayResultMessage(sampleMessage())),
    properties: { ...properties, headers },
  } as ConsumeMessage
  const context = {
    ...{ queue: 'paynotify_queue', handler },
    settings: { clock, scheduler, proofErrorOf, onEvent: (event: BrokerEvent) => void events.push(event) },
    onUnavailable: (reason: string) => void calls.push(`unavailable: ${reason}`),
    onHandled: () => void calls.push('handled'),
    hasHandledWithin: (ms: number) => ms === 60_000 && isWorking,
    async sendCopy(copy: Envelope) {
      copies.push(copy)
      return answers.shift() ?? confirmed
    },
    redeclareQueues: async () => void calls.push('redeclare'),
    isStopping: () => state.stopping,
  }
  const delivery = createDelivery(channel, message, () => state.open)
  const gate = createSharedExclusiveLock(scheduler)
  const done = redelivered ? isolateDelivery(context, delivery, gate) : handleDelivery(context, delivery)
  return { scheduler, calls, copies, events, state, done }
}

export const failing = () => Promise.reject(new Error('the database is away'))
