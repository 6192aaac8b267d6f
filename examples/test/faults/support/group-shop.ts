import { openRabbitBroker } from '@coursepay/adapter-mq'
import { OrderStatus } from '@coursepay/core'
import { onTestFinished } from 'vitest'
import { openTables, type Tables } from '../../../src/apps/soak/tables.js'
import { createRabbitNames, findRabbit } from '../../support/services.js'
import { openShopProcess } from '../../support/shop-process.js'
import { until } from '../../support/until.js'
import { buyAllTheTime } from './buyers.js'
import { type Detour, openDetour } from './detour.js'
import { CATCH_UP, type GroupNodes, type ReplicationGroup } from './own-group.js'

export const rabbit = await findRabbit()

/** What is wrong at the end; nothing of it may be. */
export interface Damage {
  readonly lostOrders: number
  readonly unpaid: number
  readonly withoutCourse: number
  readonly deadInOutbox: number
  readonly deadLetters: number
  /** Requests that were answered 503 without `Retry-After`, or later than any write may take. */
  readonly refusedBadly: number
}

export const NO_DAMAGE: Damage = {
  ...{ lostOrders: 0, unpaid: 0, withoutCourse: 0 },
  ...{ deadInOutbox: 0, deadLetters: 0, refusedBadly: 0 },
}
/** `busyTimeoutMs`, and what the reads of a request and a busy machine add. */
const ANSWER_LIMIT_MS = 7_000

/** A shop whose messages go over RabbitMQ, and a balancer between it and the primary of a group; buyers are at work. */
export interface GroupShop {
  /** As the group was when the shop opened: the primary first. */
  readonly nodes: GroupNodes
  readonly balancer: Detour
  /** So many more courses are paid. */
  sells(purchases: number): Promise<void>
  /** So many more requests are refused with 503. */
  refuses(requests: number): Promise<void>
  /** What `/readyz` answers. */
  readiness(): Promise<number>
  /** The buyers stop, and what is on the way arrives; as the node of this address has it. */
  damage(node: { readonly url: string }): Promise<Damage>
}

const ORDERS = 'SELECT id FROM xc_orders'
const PAID = `${ORDERS} WHERE status = '${OrderStatus.paid}'`
const DELIVERED = `${PAID} AND out_business_id IN (SELECT choose_course_id FROM xc_course_tables)`
const DEAD = 'SELECT id FROM mq_message WHERE dead_at IS NOT NULL'

export async function openGroupShop(group: ReplicationGroup, database: string): Promise<GroupShop> {
  const opened = new AsyncDisposableStack()
  onTestFinished(() => opened.disposeAsync())
  const nodes = await group.primaryFirst()
  await using tables = await openTables(`${nodes[0].url}/mysql`)
  await tables.query(`CREATE DATABASE ${database}`)
  const balancer = opened.use(await openDetour(`${nodes[0].url}/${database}`))
  const names = opened.use(await createRabbitNames(rabbit.url))
  const queue = names.queue('learning')
  const broker = opened.adopt(await openRabbitBroker({ url: rabbit.url }), (each) => each.close())
  const shop = opened.use(await openShopProcess())
  await shop.start({ ...names.environment, AMQP_QUEUE: queue, DATABASE_URL: balancer.url })
  const load = buyAllTheTime(shop)
  const refused = () => load.answers.filter(({ status }) => status === 503)
  const refusedBadly = () =>
    refused().filter(({ retryAfter, ms }) => !(Number(retryAfter) > 0 && ms < ANSWER_LIMIT_MS)).length
  const more = async (count: () => number, by: number) => {
    const goal = count() + by
    await until(
      async () => count(),
      (now) => now >= goal,
    )
  }

  async function readDamage(tables: Tables): Promise<Damage> {
    const ids = async (sql: string) => new Set((await tables.query(sql)).map(({ id }) => String(id)))
    const missing = async (wanted: readonly string[], sql: string) => {
      const found = await ids(sql)
      return wanted.filter((id) => !found.has(id)).length
    }
    return {
      lostOrders: await missing(load.orderIds, ORDERS),
      unpaid: await missing(load.paid, PAID),
      withoutCourse: await missing(load.paid, DELIVERED),
      deadInOutbox: (await ids(DEAD)).size,
      deadLetters: (await broker.deadLetters.count(queue)) ?? Number.NaN,
      refusedBadly: refusedBadly(),
    }
  }
  async function damage({ url }: { readonly url: string }): Promise<Damage> {
    await load.stop()
    await using tables = await openTables(`${url}/${database}`)
    await tables.query(CATCH_UP)
    return await until(
      () => readDamage(tables),
      ({ unpaid, withoutCourse, deadInOutbox, deadLetters }) =>
        unpaid + withoutCourse === 0 || deadInOutbox + deadLetters > 0,
    )
  }
  return {
    nodes,
    balancer,
    sells: (by) => more(() => load.paid.length, by),
    refuses: (by) => more(() => refused().length, by),
    readiness: async () => (await fetch(`${shop.address()}/readyz`)).status,
    damage,
  }
}
