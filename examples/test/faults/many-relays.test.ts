import type { OpenedSqlStore } from '@coursepay/adapter-sql'
import { type MessageId, messageId } from '@coursepay/core'
import { sampleCommit, sampleId, sampleMessage, sampleOrder } from '@coursepay/core/contracts'
import { expect, it } from 'vitest'
import { mysqlDatabases } from '../support/databases.js'
import { both, findMysql, findRabbit, named } from '../support/services.js'
import { until } from '../support/until.js'
import { extendOrder, openScene } from './support/relay-scene.js'

const RELAYS = 4
const WRITERS = 4
const SECONDS = Number(process.env.RELAYS_SECONDS ?? 10)

const [rabbit, mysql] = await Promise.all([findRabbit(), findMysql()])
const needs = both(mysql, rabbit)
const title = `no message goes out twice from ${RELAYS} relays on one table beside writers of one order for ${SECONDS} s`

/** An order that every writer changes. */
const contended = sampleOrder(1)

/**
 * Commits as a payment makes them, one after the other until the time is over; answers the ids of what was committed.
 */
async function writeUntil(end: number, writer: number, store: OpenedSqlStore): Promise<MessageId[]> {
  const ids: MessageId[] = []
  for (let count = 0; performance.now() < end; count += 1) {
    const id = messageId(sampleId(1_000_000 * (writer + 1) + count))
    const messages = [sampleMessage(1, { id })]
    await until(
      () => extendOrder(store, contended.id, messages),
      (outcome) => outcome === 'committed',
    )
    ids.push(id)
  }
  return ids
}

const totalsOf = (line: string): Readonly<Record<string, number>> => JSON.parse(line.replace('totals ', ''))

it.skipIf(needs.missing !== null)(named(title, needs), { timeout: 60_000 + SECONDS * 2_000 }, async () => {
  await using scene = await openScene(await mysqlDatabases(mysql.url))
  await scene.store.orderStore.orders.commit(sampleCommit(null, contended))
  const times = await scene.queue.watch()
  const relays = await Promise.all(Array.from({ length: RELAYS }, () => scene.startRelay({})))
  const writers = await Promise.all(Array.from({ length: WRITERS }, () => scene.openStore(scene.databaseUrl)))

  const end = performance.now() + SECONDS * 1_000
  const written = (await Promise.all(writers.map((writer, index) => writeUntil(end, index, writer)))).flat()
  await until(
    () => scene.store.orderStore.outbox.backlog(),
    ({ waiting }) => waiting === 0,
  )
  await until(
    async () => times.size,
    (arrived) => arrived >= written.length,
  )
  for (const relay of relays) relay.child.kill('SIGTERM')
  const totals = await Promise.all(relays.map(async (relay) => totalsOf((await relay.shows(/^totals .*$/m))[0])))

  const sum = (name: string) => totals.reduce((all, each) => all + (each[name] ?? 0), 0)
  const twice = [...times].filter(([, count]) => count > 1)
  console.info(
    `${written.length} messages in ${SECONDS} s, by relay: ${totals.map(({ acknowledged }) => acknowledged).join(', ')}; ` +
      `${twice.length} twice; ${sum('conflictRetries')} claims run again`,
  )
  expect(twice).toEqual([])
  expect(times.size).toBe(written.length)
  expect(sum('acknowledged')).toBe(written.length)
  expect([sum('leaseLost'), sum('failures'), sum('deadLettered')]).toEqual([0, 0, 0])
  expect(totals.filter(({ acknowledged = 0 }) => acknowledged === 0)).toEqual([])
})
