import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import amqp from 'amqplib'
import { createConnection } from 'mysql2/promise'
import type { StoreName } from './options.js'

/** A message as a second service on the exchange got it. */
export interface OverheardMessage {
  readonly id: string
  readonly messageType: string
  readonly businessKey1: string
}

/** Where one run keeps everything: a database, and names on the broker; all of it gone afterwards. */
export interface SoakEnvironment extends AsyncDisposable {
  readonly title: string
  readonly variables: Readonly<Record<string, string>> & { readonly DATABASE_URL: string }
  /** Every message that a second bound queue got, copies too; null where messages stay in the server's process. */
  overheard(): Promise<readonly OverheardMessage[] | null>
  /** Messages that their consumer has not taken, or dead letters. */
  unread(): Promise<number>
}

export const openEnvironment = (store: StoreName): Promise<SoakEnvironment> =>
  store === 'sqlite' ? openEmbedded() : openServers()

async function openEmbedded(): Promise<SoakEnvironment> {
  const folder = await mkdtemp(join(tmpdir(), 'coursepay-soak-'))
  return {
    title: 'SQLite, messages in the server’s process',
    variables: { DATABASE_URL: `sqlite:${join(folder, 'shop.db')}` },
    overheard: async () => null,
    unread: async () => 0,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  }
}

const mysqlUrl = () => process.env.TEST_MYSQL_URL ?? 'mysql://root@127.0.0.1:3306'
const amqpUrl = () => process.env.TEST_AMQP_URL ?? 'amqp://guest:guest@127.0.0.1:5672'

async function openServers(): Promise<SoakEnvironment> {
  const name = `soak_${randomBytes(4).toString('hex')}`
  const [exchange, learning, audit] = [`${name}_exchange`, `${name}_learning`, `${name}_audit`]
  const connection = await amqp.connect(amqpUrl())
  const channel = await connection.createChannel()
  const database = await createConnection(mysqlUrl())
  await database.query(`CREATE DATABASE ${name}`)
  await channel.assertExchange(exchange, 'fanout', { durable: true })
  await channel.assertQueue(audit, { durable: true })
  await channel.bindQueue(audit, exchange, '')
  const queues = [learning, `${learning}.retry`, `${learning}.alone`, `${learning}.dlq`]
  return {
    title: 'MySQL and RabbitMQ',
    variables: {
      DATABASE_URL: new URL(`/${name}`, mysqlUrl()).href,
      AMQP_URL: amqpUrl(),
      AMQP_EXCHANGE: exchange,
      AMQP_QUEUE: learning,
    },
    async overheard() {
      const messages: OverheardMessage[] = []
      for (;;) {
        const message = await channel.get(audit, { noAck: true })
        if (message === false) return messages
        messages.push(JSON.parse(message.content.toString()))
      }
    },
    async unread() {
      const counts = await Promise.all(queues.map((queue) => channel.checkQueue(queue)))
      return counts.reduce((sum, { messageCount }) => sum + messageCount, 0)
    },
    async [Symbol.asyncDispose]() {
      for (const queue of [...queues, audit]) await channel.deleteQueue(queue)
      await channel.deleteExchange(exchange)
      await connection.close()
      await database.query(`DROP DATABASE ${name}`)
      await database.end()
    },
  }
}

/** True when MySQL and RabbitMQ both answer. */
export async function serversAnswer(): Promise<boolean> {
  try {
    const [connection, database] = await Promise.all([amqp.connect(amqpUrl()), createConnection(mysqlUrl())])
    await Promise.all([connection.close(), database.end()])
    return true
  } catch {
    return false
  }
}
