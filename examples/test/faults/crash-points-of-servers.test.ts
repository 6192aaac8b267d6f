import diagnostics from 'node:diagnostics_channel'
import { copyFile } from 'node:fs/promises'
import { type RelayReport, relayOutbox } from '@coursepay/core/assembly'
import { sampleCourse, sampleUserId } from '@coursepay/core/contracts'
import { emptyEntitlement } from '@coursepay/core/ports'
import { describe, expect, it, onTestFinished } from 'vitest'
import { blockedFrame, unblockedFrame } from '../../../packages/adapter-mq/test/support/amqp-frames.js'
import { mysqlDatabases, type OwnDatabases, sqliteFiles } from '../support/databases.js'
import type { Running } from '../support/process.js'
import { both, findMysql, findRabbit, named } from '../support/services.js'
import { until } from '../support/until.js'
import type { Detour } from './support/detour.js'
import { numbered, openScene, type RelayScene } from './support/relay-scene.js'

// The rows of the table in docs/delivery.md in which a server fails, beside the relay or without it.

const [rabbit, mysql] = await Promise.all([findRabbit(), findMysql()])
const needs = both(mysql, rabbit)
const ONCE = { 1: 1, 2: 1, 3: 1 }
const TWICE = { 1: 2, 2: 2, 3: 2 }

const kill = async (relay: Running) => expect(await relay.kill('SIGKILL')).toBe('SIGKILL')
const resume = ({ child }: Running) => void child.stdin?.write('resume\n')

async function sceneOn(databases: Promise<OwnDatabases>): Promise<RelayScene> {
  const opened = await openScene(await databases)
  onTestFinished(() => opened[Symbol.asyncDispose]())
  return opened
}
const onSqlite = () => sceneOn(sqliteFiles())
const onMysql = () => sceneOn(mysqlDatabases(mysql.url))

describe('crash points of the broker', () => {
  const point = (title: string, test: () => Promise<void>) =>
    it.skipIf(rabbit.missing !== null)(named(title, rabbit), test)

  point('crash point 10: killed while the broker is blocked, the messages go out once', async () => {
    const opened = await onSqlite()
    const wire = await opened.detour(opened.amqpUrl)
    const relay = await opened.startRelay({ amqpUrl: wire.url, expected: 3 })
    wire.proxy.stall()
    await opened.write(3)
    await relay.shows(/at sent/)
    wire.proxy.inject(blockedFrame)
    await kill(relay)
    wire.goAway()
    await opened.leasesRunOut()
    await opened.drain()
    expect(await opened.queue.copies()).toEqual(ONCE)
  })

  point(
    'crash point 10: a blocked broker that takes the messages too late for their confirms gets each twice, and none meanwhile',
    async () => {
      const { amqpUrl, detour, openBroker, write, store, drain, queue } = await onSqlite()
      const wire = await detour(amqpUrl)
      const { publisher } = await openBroker({ url: wire.url, confirmTimeoutMs: 2_000, heartbeatSeconds: 30 })
      const sent = Promise.withResolvers<void>()
      const relay = relayOutbox(store.orderStore.outbox, {
        ...publisher,
        publish(message) {
          const outcome = publisher.publish(message)
          sent.resolve()
          return outcome
        },
      })
      await write(3)
      wire.proxy.stall()
      const round = relay()
      await sent.promise
      wire.proxy.inject(blockedFrame)
      await expect.poll(() => publisher.isBlocked()).toBe(true)
      expect(await round).toMatchObject({ claimed: 3, rescheduled: 3 })
      await write(1)
      expect(await relay()).toMatchObject({ claimed: 0 })
      wire.proxy.resume()
      wire.proxy.inject(unblockedFrame)
      await queue.holds(3)
      await drain()
      expect(await queue.copies()).toEqual({ ...TWICE, 4: 1 })
    },
  )

  point(
    'crash point 12: killed after the exchange was missing for half of them, only what had arrived comes twice',
    async () => {
      const { amqpUrl, detour, startRelay, write, leasesRunOut, drain, queue, names } = await onSqlite()
      const wire = await detour(amqpUrl)
      const relay = await startRelay({ amqpUrl: wire.url, point: 'half sent', expected: 4 })
      wire.proxy.holdAnswers()
      await write(4)
      await relay.shows(/at half sent/)
      await queue.holds(2)
      await queue.deleteExchange()
      resume(relay)
      await relay.shows(/at sent/)
      await kill(relay)
      await names.bind('counted')
      await leasesRunOut()
      await drain()
      const copies = Object.values(await queue.copies())
      expect(copies.toSorted()).toEqual([1, 1, 2, 2])
    },
  )

  point('crash point 12: when the exchange is missing, the relay declares it again, and nothing is lost', async () => {
    const { store, openBroker, write, queue, names } = await onSqlite()
    const { publisher } = await openBroker()
    const relay = relayOutbox(store.orderStore.outbox, publisher)
    await queue.deleteExchange()
    await write(3)
    expect(await relay()).toMatchObject({ claimed: 3, rescheduled: 3 })
    await expect.poll(() => publisher.available()).toBe(true)
    await names.bind('counted')
    await until(relay, ({ acknowledged }) => acknowledged === 3)
    expect(await queue.copies()).toEqual(ONCE)
  })

  point('crash point 15: what the broker lost after it had confirmed is not sent again', async () => {
    const { store, write, drain, queue } = await onSqlite()
    await write(3)
    await drain()
    await queue.holds(3)
    await queue.lose()
    expect(await store.orderStore.outbox.backlog()).toMatchObject({ waiting: 0, dead: 0 })
    await drain()
    expect(await queue.copies()).toEqual({})
  })
})

/** The next DELETE of this process is not answered; its driver announces it before it sends it. */
function holdAnswerToDelete({ proxy }: Detour): void {
  const hold = (asked: unknown) => {
    if (!/\bdelete from\b/i.test(String(Object(asked).query))) return
    diagnostics.unsubscribe('tracing:mysql2:query:start', hold)
    proxy.holdAnswers()
  }
  diagnostics.subscribe('tracing:mysql2:query:start', hold)
}

describe('crash points of the database', () => {
  const point = (title: string, test: () => Promise<void>) =>
    it.skipIf(needs.missing !== null)(named(title, needs), test)

  point(
    'crash point 8: when the answer to the DELETE is lost, the relay asks once more and none comes again',
    async () => {
      const { databaseUrl, detour, openStore, openBroker, write, store, queue } = await onMysql()
      const wire = await detour(databaseUrl)
      // One connection, on which the first message has prepared every statement.
      const cutOff = await openStore(`${wire.url}?pool=1`)
      const { publisher } = await openBroker()
      const relay = relayOutbox(cutOff.orderStore.outbox, publisher)
      await write(1)
      await relay()
      holdAnswerToDelete(wire)
      await write(1)
      const round = relay()
      round.catch(() => {})
      await queue.holds(2)
      await until(
        () => store.orderStore.outbox.backlog(),
        ({ waiting }) => waiting === 0,
      )
      wire.goAway()
      await expect(round).rejects.toMatchObject({ code: 'store_unavailable' })
      wire.proxy.resume()
      wire.comeBack()
      expect(await untilBack(relay)).toMatchObject({ claimed: 0 })
      expect(await queue.copies()).toEqual({ 1: 1, 2: 1 })
    },
  )

  point(
    'crash point 13: with the database away after the confirm, the relay deletes the rows when it is back; none comes again',
    async () => {
      const { databaseUrl, detour, openStore, openBroker, write, leasesRunOut, queue } = await onMysql()
      const wire = await detour(databaseUrl)
      const { publisher } = await openBroker()
      const cutOff = await openStore(wire.url)
      const relay = relayOutbox(cutOff.orderStore.outbox, {
        ...publisher,
        async publish(message) {
          const outcome = await publisher.publish(message)
          wire.goAway()
          return outcome
        },
      })
      await write(3)
      await expect(relay()).rejects.toMatchObject({ code: 'store_unavailable' })
      await leasesRunOut()
      await expect(relay()).rejects.toMatchObject({ code: 'store_unavailable' })
      wire.comeBack()
      expect(await untilBack(relay)).toMatchObject({ claimed: 0, acknowledged: 3 })
      expect(await queue.copies()).toEqual(ONCE)
    },
  )

  point('crash point 13: killed while the database is away after the confirm, each comes twice', async () => {
    const { databaseUrl, detour, startRelay, write, leasesRunOut, drain, queue } = await onMysql()
    const wire = await detour(databaseUrl)
    const relay = await startRelay({ databaseUrl: wire.url, point: 'delete failed' })
    await write(3)
    await relay.shows(/at confirmed/)
    wire.goAway()
    resume(relay)
    await relay.shows(/at delete failed/)
    await kill(relay)
    await leasesRunOut()
    await drain()
    expect(await queue.copies()).toEqual(TWICE)
  })
})

describe('crash point 14', () => {
  const point = (title: string, test: () => Promise<void>) =>
    it.skipIf(rabbit.missing !== null)(named(title, rabbit), test)

  point(
    'crash point 14: after a restore, every message since the backup comes again, and a reader that remembers them does nothing',
    async () => {
      const { databaseUrl, store, tables, openStore, write, drain, queue } = await onSqlite()
      const file = databaseUrl.replace('sqlite:', '')
      const reader = await openStore(`${databaseUrl}.reader`)
      await write(3)
      await tables.query('PRAGMA wal_checkpoint(TRUNCATE)')
      await copyFile(file, `${file}.backup`)
      await drain()
      const restored = await openStore(`${databaseUrl}.backup`)
      await drain(restored)
      expect(await store.orderStore.outbox.backlog()).toMatchObject({ waiting: 0 })
      const copies = await queue.copies()
      expect(copies).toEqual(TWICE)
      const { entitlements } = reader.learningStore
      const nothing = emptyEntitlement(sampleUserId, sampleCourse().courseId)
      const handle = (number: number) => {
        const handled = { consumer: 'reader', messageId: numbered(number).id, at: 0 }
        return entitlements.commit({ before: nothing, after: nothing, handled, actions: [] })
      }
      const outcomes = []
      for (const number of [1, 2, 3, 1, 2, 3]) outcomes.push(await handle(number))
      const [done, known] = ['committed', 'conflict']
      expect(outcomes).toEqual([done, done, done, known, known, known])
    },
  )
})

/** Asks again until the database answers: the first calls may still meet its absence. */
async function untilBack(relay: () => Promise<RelayReport>): Promise<RelayReport> {
  for (;;) {
    const report = await relay().catch(() => null)
    if (report !== null) return report
  }
}
