import { randomBytes } from 'node:crypto'
import amqp from 'amqplib'

/** An exchange and queues of a benchmark's own; taken away with it. */
export interface RabbitNames extends AsyncDisposable {
  readonly exchange: string
  readonly queue: string
  /** As the server reads it. */
  readonly environment: Readonly<Record<string, string>>
  /** Declares the exchange and the queue, quorum and bound, for programs that declare none. */
  declare(): Promise<void>
  /** Outcome: nothing is left in the queue. */
  empty(): Promise<void>
}

export async function createRabbitNames(url: string): Promise<RabbitNames> {
  const prefix = `bench_${randomBytes(5).toString('hex')}`
  const [exchange, queue] = [`${prefix}_exchange`, `${prefix}_queue`]
  const connection = await amqp.connect(url)
  const channel = await connection.createChannel()
  return {
    exchange,
    queue,
    environment: { AMQP_URL: url, AMQP_EXCHANGE: exchange, AMQP_QUEUE: queue },
    async declare() {
      await channel.assertExchange(exchange, 'fanout', { durable: true })
      await channel.assertQueue(queue, { durable: true, arguments: { 'x-queue-type': 'quorum' } })
      await channel.bindQueue(queue, exchange, '')
    },
    async empty() {
      await channel.purgeQueue(queue)
    },
    async [Symbol.asyncDispose]() {
      for (const suffix of ['', '.retry', '.alone', '.dlq']) await channel.deleteQueue(`${queue}${suffix}`)
      await channel.deleteExchange(exchange)
      await connection.close()
    },
  }
}
