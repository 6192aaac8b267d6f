import { CheckoutError } from '@coursepay/core'
import type { Channel, GetMessage } from 'amqplib'
import { deadLetterQueueOf } from '../topology.js'
import { type AmqpConnection, closeChannel } from './amqp-connection.js'
import { toBrokerUnavailable } from './broker-error.js'
import type { ConfirmingSender } from './confirming-sender.js'
import { attemptOf, copyOptions, ERROR_HEADER, FAILED_AT_HEADER } from './delivery-headers.js'
import type { DeadLetter, DeadLetters } from './rabbit-broker.js'
import type { RabbitSettings } from './rabbit-settings.js'
import { queueExists } from './service-queues.js'
import type { Supervisor } from './supervisor.js'

export interface DeadLetterParts {
  readonly connection: Supervisor<AmqpConnection>
  readonly copies: ConfirmingSender
  readonly settings: RabbitSettings
}

export function createDeadLetters({ connection, copies, settings }: DeadLetterParts): DeadLetters {
  async function withDeadLetterQueue<Result>(
    queue: string,
    whenMissing: Result,
    task: (channel: Channel, link: AmqpConnection) => Promise<Result>,
  ): Promise<Result> {
    try {
      const link = connection.current()
      if (link === null) throw connection.failure() ?? new Error('not connected yet')
      if (!(await queueExists(link, deadLetterQueueOf(queue)))) return whenMissing
      const channel = await link.openChannel()
      // Closing requeues everything that was not acknowledged.
      return await task(channel, link).finally(() => closeChannel(channel, settings))
    } catch (error) {
      throw toBrokerUnavailable(error)
    }
  }
  const countOn = async (channel: Channel, link: AmqpConnection, queue: string): Promise<number> =>
    (await link.awaitReply('Counting', channel.checkQueue(deadLetterQueueOf(queue)))).messageCount

  return {
    count: (queue) => withDeadLetterQueue<number | null>(queue, null, (channel, link) => countOn(channel, link, queue)),
    peek: ({ queue, limit }) =>
      withDeadLetterQueue(queue, [], async (channel, link) => {
        const found: DeadLetter[] = []
        while (found.length < limit) {
          const message = await link.awaitReply('Reading', channel.get(deadLetterQueueOf(queue)))
          if (message === false) break
          found.push(readDeadLetter(message))
        }
        return found
      }),
    redrive: ({ queue, limit }) =>
      withDeadLetterQueue(queue, 0, async (channel, link) => {
        const max = Math.min(limit, await countOn(channel, link, queue))
        let moved = 0
        while (moved < max) {
          const message = await link.awaitReply('Reading', channel.get(deadLetterQueueOf(queue)))
          if (message === false) break
          await sendBackToQueue(copies, queue, message)
          channel.ack(message)
          moved += 1
        }
        return moved
      }),
  }
}

async function sendBackToQueue(copies: ConfirmingSender, queue: string, message: GetMessage): Promise<void> {
  const options = copyOptions(message, {})
  const outcome = await copies.send({ exchange: '', routingKey: queue, content: message.content, options })
  if (outcome.kind === 'confirmed') return
  const sentence = `The queue ${queue} did not take a dead letter back (${outcome.reason}); it stays where it is.`
  throw new CheckoutError('broker_unavailable', sentence)
}

function readDeadLetter({ content, properties }: GetMessage): DeadLetter {
  const { headers, messageId } = properties
  const text = (value: unknown): string | null => (typeof value === 'string' ? value : null)
  const byBroker = text(headers?.['x-first-death-reason'])
  return {
    body: content.toString('utf8'),
    messageId: text(messageId),
    reason:
      text(headers?.[ERROR_HEADER]) ?? (byBroker === null ? 'unknown' : `dead-lettered by the broker: ${byBroker}`),
    failedAt: text(headers?.[FAILED_AT_HEADER]),
    attempts: attemptOf(headers),
  }
}
