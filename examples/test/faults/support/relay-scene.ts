import { openRabbitBroker, type RabbitBroker, type RabbitOptions } from '@coursepay/adapter-mq'
import { type OpenedSqlStore, sqlStore } from '@coursepay/adapter-sql'
import { messageId, type OrderId } from '@coursepay/core'
import { relayOutbox } from '@coursepay/core/assembly'
import { sampleCommit, sampleId, sampleMessage, sampleOrder } from '@coursepay/core/contracts'
import type { PayResultMessage } from '@coursepay/core/ports'
import { openTables, type Tables } from '../../../src/apps/soak/tables.js'
import type { OwnDatabases } from '../../support/databases.js'
import { type Running, run } from '../../support/process.js'
import { createRabbitNames, findRabbit, type OwnNames } from '../../support/services.js'
import { until } from '../../support/until.js'
import { type CountedQueue, countedQueue } from './counted-queue.js'
import { type Detour, openDetour } from './detour.js'

/** The message of this number. */
export const numbered = (number: number) => sampleMessage(1, { id: messageId(sampleId(number)) })

/** Commits messages alone: the order that they stand with does not change. */
export async function appendMessages(
  { orderStore }: OpenedSqlStore,
  messages: readonly PayResultMessage[],
): Promise<void> {
  const order = sampleOrder()
  await orderStore.orders.commit(sampleCommit(order, order, { messages }))
}

/** Moves the order's expiry, with messages, on what is stored now. */
export async function extendOrder(
  { orderStore: { orders } }: OpenedSqlStore,
  id: OrderId,
  messages: readonly PayResultMessage[],
) {
  const before = await orders.find({ id })
  if (before === null) throw new Error('The order is gone.')
  const after = { ...before, expireDate: before.expireDate + 1, version: before.version + 1 }
  return orders.commit(sampleCommit(before, after, { messages }))
}

interface RelayOptions {
  /** Where it stops, see `processes/relay.mjs`; none: it works on. */
  readonly point?: string
  /** How many messages it is going to send. */
  readonly expected?: number
  readonly amqpUrl?: string
  readonly databaseUrl?: string
}

/** One outbox, one exchange with a queue that is counted, and relays that can be killed. */
export interface RelayScene extends AsyncDisposable {
  readonly databaseUrl: string
  readonly amqpUrl: string
  readonly store: OpenedSqlStore
  readonly tables: Tables
  readonly names: OwnNames
  readonly queue: CountedQueue
  /**
   * Commits this many more messages to the outbox, all at once: a relay that claimed only the first of them would wait
   * for an answer that a stalled wire never gives, and the rest would not be sent.
   */
  write(count: number): Promise<void>
  /** A relay as a process of its own; resolves when it is connected. */
  startRelay(options: RelayOptions): Promise<Running>
  /** An address that leads over a wire which can fail. */
  detour(url: string): Promise<Detour>
  openBroker(options?: Partial<RabbitOptions>): Promise<RabbitBroker>
  openStore(url: string): Promise<OpenedSqlStore>
  /** Time passes until every lease has run out and every wait is over. */
  leasesRunOut(): Promise<void>
  /** Another relay works until nothing waits. */
  drain(store?: OpenedSqlStore): Promise<void>
}

export async function openScene(databases: OwnDatabases): Promise<RelayScene> {
  await using started = new AsyncDisposableStack()
  started.use(databases)
  const databaseUrl = await databases.open('outbox')
  const { url: amqpUrl } = await findRabbit()
  const names = started.use(await createRabbitNames(amqpUrl))
  const exchange = names.environment.AMQP_EXCHANGE ?? ''
  const tables = started.use(await openTables(databaseUrl))
  const queue = started.use(await countedQueue(amqpUrl, exchange, names.queue('counted')))
  await names.bind('counted')
  const later = started.use(new AsyncDisposableStack())

  const openStore = async (url: string) => later.adopt(await sqlStore({ url }).open(), (store) => store.close())
  const openBroker: RelayScene['openBroker'] = async (options) => {
    const reconnect = { minMs: 20, maxMs: 200 }
    return later.adopt(await openRabbitBroker({ url: amqpUrl, exchange, reconnect, ...options }), (open) =>
      open.close(),
    )
  }
  const store = await openStore(databaseUrl)
  let written = 0
  const all = started.move()
  return {
    ...{ databaseUrl, amqpUrl, store, tables, names, queue, openBroker },
    openStore,
    async write(count) {
      const messages = Array.from({ length: count }, (_, index) => numbered(written + index + 1))
      written += count
      await appendMessages(store, messages)
    },
    async startRelay(options) {
      const settings = JSON.stringify({ databaseUrl, amqpUrl, exchange, ...options })
      const relay = run('../test/faults/processes/relay.mjs', {}, [settings])
      later.defer(async () => void (await relay.kill('SIGKILL')))
      await relay.shows(/^open$/m)
      return relay
    },
    detour: async (url) => later.use(await openDetour(url)),
    async leasesRunOut() {
      await tables.query('UPDATE mq_message SET available_at = available_at - 3600000')
    },
    async drain(from = store) {
      const { publisher } = await openBroker()
      const relay = relayOutbox(from.orderStore.outbox, publisher)
      const work = async () => {
        await relay()
        return from.orderStore.outbox.backlog()
      }
      await until(work, ({ waiting }) => waiting === 0)
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}
