import type { Database } from '@coursepay/adapter-sql'
import { type MessageId, messageId, OrderStatus } from '@coursepay/core'
import { sampleId, sampleMessage, sampleOrder } from '@coursepay/core/contracts'
import { expect, it } from 'vitest'
import { mysqlDatabases } from '../support/databases.js'
import { both, findMysql, findRabbit, named } from '../support/services.js'
import { until } from '../support/until.js'
import { openScene } from './support/relay-scene.js'

const RELAYS = 4
const WRITERS = 4
const SECONDS = Number(process.env.RELAYS_SECONDS ?? 10)

const [rabbit, mysql] = await Promise.all([findRabbit(), findMysql()])
const needs = both(mysql, rabbit)
const title = `given ${RELAYS} relays on one table beside writers for ${SECONDS} s, then no message goes out twice, and deadlocks are retried and counted`

/** Two rows that every unit changes, half of the writers in the other order: they deadlock all the time. */
const contended = [sampleOrder(1), sampleOrder(2)] as const

/** Units as a payment makes them, one after the other until the time is over; answers the ids of what was committed. */
async function writeUntil(end: number, writer: number, database: Database): Promise<MessageId[]> {
  const ids: MessageId[] = []
  const inOrder = writer % 2 === 0 ? contended : contended.toReversed()
  for (let count = 0; performance.now() < end; count += 1) {
    const id = messageId(sampleId(1_000_000 * (writer + 1) + count))
    await database.orderUnitOfWork.run(async ({ orders, outbox }) => {
      for (const order of inOrder) await orders.change(order.id, { from: OrderStatus.unpaid, to: OrderStatus.unpaid })
      await outbox.append(sampleMessage(1, { id }))
    })
    ids.push(id)
  }
  return ids
}

const totalsOf = (line: string): Readonly<Record<string, number>> => JSON.parse(line.replace('totals ', ''))

it.skipIf(needs.missing !== null)(named(title, needs), { timeout: 60_000 + SECONDS * 2_000 }, async () => {
  await using scene = await openScene(await mysqlDatabases(mysql.url))
  for (const order of contended) await scene.database.orderStores.orders.insertOrRead(order)
  const times = await scene.queue.watch()
  const relays = await Promise.all(Array.from({ length: RELAYS }, () => scene.startRelay({})))
  const writers = await Promise.all(Array.from({ length: WRITERS }, () => scene.openDatabase(scene.databaseUrl)))

  const end = performance.now() + SECONDS * 1_000
  const written = (await Promise.all(writers.map((writer, place) => writeUntil(end, place, writer)))).flat()
  await until(
    () => scene.database.outboxInspection.backlog(),
    ({ waiting }) => waiting === 0,
  )
  await until(
    async () => times.size,
    (arrived) => arrived >= written.length,
  )
  for (const relay of relays) relay.child.kill('SIGTERM')
  const totals = await Promise.all(relays.map(async (relay) => totalsOf((await relay.shows(/^totals .*$/m))[0])))

  const sum = (name: string) => totals.reduce((all, each) => all + (each[name] ?? 0), 0)
  const retries = writers.reduce((all, writer) => all + writer.conflictRetries(), sum('conflictRetries'))
  const twice = [...times].filter(([, count]) => count > 1)
  console.info(
    `${written.length} messages in ${SECONDS} s, by relay: ${totals.map(({ delivered }) => delivered).join(', ')}; ` +
      `${twice.length} twice; ${retries} conflicts retried (${sum('conflictRetries')} by relays)`,
  )
  expect(twice).toEqual([])
  expect(times.size).toBe(written.length)
  expect(sum('delivered')).toBe(written.length)
  expect([sum('leaseLost'), sum('failures'), sum('parked')]).toEqual([0, 0, 0])
  expect(totals.filter(({ delivered = 0 }) => delivered === 0)).toEqual([])
  expect(retries).toBeGreaterThan(0)
})
