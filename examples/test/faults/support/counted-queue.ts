import { sampleId } from '@coursepay/core/contracts'
import amqp from 'amqplib'
import { until } from '../../support/until.js'

/** How often each message stands there, by its number from 1. */
export type Copies = Readonly<Record<number, number>>

/** A reader's queue, looked at beside the code that is tested. */
export interface CountedQueue extends AsyncDisposable {
  /** Resolves once this many messages stand in it. */
  holds(count: number): Promise<void>
  /** Takes everything out. */
  copies(): Promise<Copies>
  /** Takes everything out as it comes, and keeps count. */
  watch(): Promise<ReadonlyMap<string, number>>
  /** From now on nothing is routed to it. */
  unbind(): Promise<void>
  /** The exchange is gone, and every binding with it. */
  deleteExchange(): Promise<void>
  /** Everything in it is gone, as with the disk that it stood on. */
  lose(): Promise<void>
}

export async function countedQueue(url: string, exchange: string, name: string): Promise<CountedQueue> {
  const connection = await amqp.connect(url)
  const channel = await connection.createChannel()
  return {
    async holds(count) {
      await until(
        () => channel.checkQueue(name),
        ({ messageCount }) => messageCount >= count,
      )
    },
    async copies() {
      const copies: Record<number, number> = {}
      for (;;) {
        const message = await channel.get(name, { noAck: true })
        if (message === false) return copies
        const number = Number(BigInt(message.properties.messageId) - BigInt(sampleId(0)))
        copies[number] = (copies[number] ?? 0) + 1
      }
    },
    async watch() {
      const times = new Map<string, number>()
      const count = (id: string) => times.set(id, (times.get(id) ?? 0) + 1)
      await channel.consume(name, (message) => message && count(message.properties.messageId), { noAck: true })
      return times
    },
    async unbind() {
      await channel.unbindQueue(name, exchange, '')
    },
    async deleteExchange() {
      await channel.deleteExchange(exchange)
    },
    async lose() {
      await channel.purgeQueue(name)
    },
    [Symbol.asyncDispose]: () => connection.close(),
  }
}
