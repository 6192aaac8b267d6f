import { CheckoutError } from '@coursepay/core'
import type { Channel, GetMessage } from 'amqplib'
import { deadLetterQueueOf } from '../topology.js'
import { type AmqpConnection, closeChannel } from './amqp-connection.js'
import { toBrokerUnavailable } from './broker-error.js'
import type { ConfirmingSender } from './confirming-sender.js'
import { attemptOf, ERROR_HEADER, FAILED_AT_HEADER, publishOptionsOfCopy } from './delivery-headers.js'
import type { DeadLetter, DeadLetters } from './rabbit-broker.js'
import type { RabbitSettings } from './rabbit-settings.js'
import { queueExists } from './service-queues.js'
import type { Supervisor } from './supervisor.js'

export interface DeadLettersDependencies {
  readonly connections: Supervisor<AmqpConnection>
  readonly copySender: ConfirmingSender
  readonly settings: RabbitSettings
}

export function createDeadLetters({ connections, copySender, settings }: DeadLettersDependencies): DeadLetters {
  async function withDeadLetterQueue<Result>(
    queue: string,
    whenMissing: Result,
    task: (channel: Channel, connection: AmqpConnection) => Promise<Result>,
  ): Promise<Result> {
    try {
      const connection = connections.current()
      if (connection === null) throw connections.failure() ?? new Error('not connected yet')
      if (!(await queueExists(connection, deadLetterQueueOf(queue)))) return whenMissing
      const channel = await connection.openChannel()
      // Closing requeues everything that was not acknowledged.
      return await task(channel, connection).finally(() => closeChannel(channel, settings))
    } catch (error) {
      throw toBrokerUnavailable(error)
    }
  }
  const countMessages = async (channel: Channel, connection: AmqpConnection, queue: string): Promise<number> =>
    (await connection.awaitReply('Counting', channel.checkQueue(deadLetterQueueOf(queue)))).messageCount

  return {
    count: (queue) =>
      withDeadLetterQueue<number | null>(queue, null, (channel, connection) =>
        countMessages(channel, connection, queue),
      ),
    peek: ({ queue, limit }) =>
      withDeadLetterQueue(queue, [], async (channel, connection) => {
        const letters: DeadLetter[] = []
        while (letters.length < limit) {
          const message = await connection.awaitReply('Reading', channel.get(deadLetterQueueOf(queue)))
          if (message === false) break
          letters.push(readDeadLetter(message))
        }
        return letters
      }),
    redrive: ({ queue, limit }) =>
      withDeadLetterQueue(queue, 0, async (channel, connection) => {
        const max = Math.min(limit, await countMessages(channel, connection, queue))
        let redriven = 0
        while (redriven < max) {
          const message = await connection.awaitReply('Reading', channel.get(deadLetterQueueOf(queue)))
          if (message === false) break
          await republishToMainQueue(copySender, queue, message)
          channel.ack(message)
          redriven += 1
        }
        return redriven
      }),
  }
}

async function republishToMainQueue(copySender: ConfirmingSender, queue: string, message: GetMessage): Promise<void> {
  const options = publishOptionsOfCopy(message, {})
  const outcome = await copySender.send({ exchange: '', routingKey: queue, content: message.content, options })
  if (outcome.kind === 'confirmed') return
  const sentence = `The queue ${queue} did not take a dead letter back (${outcome.reason}); it stays where it is.`
  throw new CheckoutError('broker_unavailable', sentence)
}

function readDeadLetter({ content, properties }: GetMessage): DeadLetter {
  const { headers, messageId } = properties
  const stringOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null)
  const brokerReason = stringOrNull(headers?.['x-first-death-reason'])
  return {
    body: content.toString('utf8'),
    messageId: stringOrNull(messageId),
    reason:
      stringOrNull(headers?.[ERROR_HEADER]) ??
      (brokerReason === null ? 'unknown' : `dead-lettered by the broker: ${brokerReason}`),
    failedAt: stringOrNull(headers?.[FAILED_AT_HEADER]),
    attempts: attemptOf(headers),
  }
}
