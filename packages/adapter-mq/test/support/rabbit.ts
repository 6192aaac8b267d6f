import { randomBytes } from 'node:crypto'
import { type Channel, type ChannelModel, connect, type GetMessage } from 'amqplib'
import {
  type BrokerEvent,
  deadLetterQueueOf,
  isolationQueueOf,
  openRabbitBroker,
  type RabbitBroker,
  type RabbitOptions,
  retryQueueOf,
} from '../../src/index.js'
import { findService } from './services.js'
import { startTcpProxy, type TcpProxy } from './tcp-proxy.js'

export const rabbit = await findService(
  process.env.TEST_AMQP_NAME ?? 'RabbitMQ',
  process.env.TEST_AMQP_URL ?? 'amqp://guest:guest@127.0.0.1:5672',
  5672,
)

/** One test's own corner of the broker: names that nobody else has, all gone afterwards. */
export interface RabbitCorner {
  readonly exchange: string
  readonly queue: string
  /** In the clients' names at the broker. */
  readonly prefix: string
  readonly events: BrokerEvent[]
  /** The wire to the broker; started with the first call. */
  proxy(): Promise<TcpProxy>
  /** Opens a broker of ours, straight or over the proxy. It reconnects quickly. */
  open(options?: Partial<RabbitOptions>): Promise<RabbitBroker>
  openOverProxy(options?: Partial<RabbitOptions>): Promise<RabbitBroker>
  /** A task on a channel of its own, beside our code. */
  beside<Result>(task: (channel: Channel) => Promise<Result>): Promise<Result>
  /** Declares a further queue, by default a classic one bound to the exchange, and removes it afterwards. */
  bindQueue(queue: string): Promise<void>
  /** Puts a body into one queue. */
  put(queue: string, body: string | Buffer, properties?: object): Promise<void>
  /** Takes every message out. */
  drain(queue: string): Promise<GetMessage[]>
  count(queue: string): Promise<number>
  /** Removes a queue with its retry and dead-letter queue afterwards. */
  removeLater(queue: string): void
  dispose(): Promise<void>
}

export async function openCorner(): Promise<RabbitCorner> {
  const prefix = `test-${randomBytes(6).toString('hex')}`
  const exchange = `${prefix}.exchange`
  const queue = `${prefix}.queue`
  const model = await connect(rabbit.url, { noDelay: true })
  const brokers: RabbitBroker[] = []
  const queues = new Set([queue])
  const events: BrokerEvent[] = []
  let proxy: Promise<TcpProxy> | null = null

  const corner: RabbitCorner = {
    ...{ exchange, queue, prefix, events },
    proxy() {
      proxy ??= proxyToRabbit()
      return proxy
    },
    async open(options) {
      const broker = await openRabbitBroker({
        url: rabbit.url,
        exchange,
        connectionName: prefix,
        reconnect: { minMs: 20, maxMs: 200 },
        onEvent: (event) => void events.push(event),
        ...options,
      })
      brokers.push(broker)
      return broker
    },
    openOverProxy: async (options) => corner.open({ url: through(await corner.proxy()), ...options }),
    beside: (task) => onChannel(model, task),
    async bindQueue(name) {
      queues.add(name)
      await corner.beside(async (channel) => {
        await channel.assertExchange(exchange, 'fanout', { durable: true })
        await channel.assertQueue(name, { durable: true })
        await channel.bindQueue(name, exchange, '')
      })
    },
    put: (name, body, properties = {}) =>
      corner.beside(async (channel) => void channel.sendToQueue(name, Buffer.from(body), properties)),
    drain: (name) =>
      corner.beside(async (channel) => {
        const found: GetMessage[] = []
        for (let next = await channel.get(name); next !== false; next = await channel.get(name)) {
          channel.ack(next)
          found.push(next)
        }
        return found
      }),
    count: (name) => corner.beside(async (channel) => (await channel.checkQueue(name)).messageCount),
    removeLater: (name) => void queues.add(name),
    async dispose() {
      const wire = await proxy
      wire?.resume()
      await Promise.all(brokers.map((broker) => broker.close()))
      await wire?.close()
      await corner.beside(async (channel) => {
        for (const name of queues) {
          for (const nameOf of [String, retryQueueOf, isolationQueueOf, deadLetterQueueOf]) {
            await channel.deleteQueue(nameOf(name))
          }
        }
        await channel.deleteExchange(exchange)
      })
      await model.close()
    },
  }
  return corner
}

export function proxyToRabbit(): Promise<TcpProxy> {
  const { hostname, port } = new URL(rabbit.url)
  return startTcpProxy({ host: hostname, port: Number(port || 5672) })
}

/** The broker's address with the proxy in its place. */
export function through({ port }: TcpProxy): string {
  const url = new URL(rabbit.url)
  url.host = `127.0.0.1:${port}`
  return url.href
}

async function onChannel<Result>(model: ChannelModel, task: (channel: Channel) => Promise<Result>): Promise<Result> {
  const channel = await model.createChannel()
  channel.on('error', () => {})
  try {
    return await task(channel)
  } finally {
    await channel.close().catch(() => {})
  }
}
