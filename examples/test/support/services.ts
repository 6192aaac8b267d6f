import { randomBytes } from 'node:crypto'
import amqp from 'amqplib'
import { findService, type Service } from '../../../packages/adapter-mq/test/support/services.js'

export { named, type Service } from '../../../packages/adapter-mq/test/support/services.js'

export const findRabbit = (): Promise<Service> =>
  findService(
    process.env.TEST_AMQP_NAME ?? 'RabbitMQ',
    process.env.TEST_AMQP_URL ?? 'amqp://guest:guest@127.0.0.1:5672',
    5672,
  )
export const findMysql = (): Promise<Service> =>
  findService(process.env.TEST_MYSQL_NAME ?? 'MySQL', process.env.TEST_MYSQL_URL ?? 'mysql://root@127.0.0.1:3306', 3306)

/** What needs two servers is left out when one is missing. */
export const both = (one: Service, other: Service): Service => ({
  name: `${one.name} and ${other.name}`,
  url: one.url,
  missing: one.missing ?? other.missing,
})

/** A file, which is always there. */
export const sqlite: Service = { name: 'SQLite', url: '', missing: null }

/** An exchange and queues of a test's own; taken away with it. */
export interface OwnNames extends AsyncDisposable {
  readonly environment: Readonly<Record<string, string>>
  queue(name: string): string
  /** One more service's queue on the exchange. */
  bind(name: string): Promise<void>
  /** Takes a message out of a queue; waits until there is one. */
  take(name: string): Promise<amqp.GetMessage>
}

export async function createRabbitNames(url: string): Promise<OwnNames> {
  const prefix = `test_${randomBytes(4).toString('hex')}`
  const exchange = `${prefix}_exchange`
  const queue = (name: string) => `${prefix}_${name}`
  const connection = await amqp.connect(url)
  const channel = await connection.createChannel()
  const names = new Set(['learning', 'materials'])
  return {
    environment: { AMQP_URL: url, AMQP_EXCHANGE: exchange },
    queue,
    async bind(name) {
      names.add(name)
      await channel.assertExchange(exchange, 'fanout', { durable: true })
      await channel.assertQueue(queue(name), { durable: true })
      await channel.bindQueue(queue(name), exchange, '')
    },
    async take(name) {
      for (;;) {
        const message = await channel.get(queue(name), { noAck: true })
        if (message !== false) return message
      }
    },
    async [Symbol.asyncDispose]() {
      for (const name of names) {
        for (const suffix of ['', '.retry', '.alone', '.dlq']) await channel.deleteQueue(`${queue(name)}${suffix}`)
      }
      await channel.deleteExchange(exchange)
      await connection.close()
    },
  }
}
