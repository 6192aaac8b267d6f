import { sampleCommit, sampleOrder } from '@coursepay/core/contracts'
import { describe, expect, it, onTestFinished } from 'vitest'
import { mysqlDatabases, sqliteFiles } from '../support/databases.js'
import { type Running, run } from '../support/process.js'
import { both, findMysql, findRabbit, named } from '../support/services.js'
import { until } from '../support/until.js'
import { numbered, openScene, type RelayScene } from './support/relay-scene.js'

// The numbers are the rows of the table in docs/delivery.md. Each relay is a process of its own, stopped at its point
// and killed there; `ONCE` and `TWICE` are how often each of three messages came to its reader after another relay had
// finished the work.

const [rabbit, mysql] = await Promise.all([findRabbit(), findMysql()])
const stores = [
  { store: 'SQLite', needs: rabbit, open: sqliteFiles },
  { store: mysql.name, needs: both(mysql, rabbit), open: () => mysqlDatabases(mysql.url) },
]
const ONCE = { 1: 1, 2: 1, 3: 1 }
const TWICE = { 1: 2, 2: 2, 3: 2 }

const kill = async (relay: Running) => expect(await relay.kill('SIGKILL')).toBe('SIGKILL')
const resume = ({ child }: Running) => void child.stdin?.write('resume\n')

describe.each(stores)('crash points on $store', ({ needs, open }) => {
  const scene = async (): Promise<RelayScene> => {
    const opened = await openScene(await open())
    onTestFinished(() => opened[Symbol.asyncDispose]())
    return opened
  }
  /** Three messages, and a relay that reached the point with them. */
  async function stoppedAt(point: string) {
    const opened = await scene()
    await opened.write(3)
    const relay = await opened.startRelay({ point })
    await relay.shows(new RegExp(`at ${point}`))
    return { ...opened, relay }
  }
  const point = (title: string, test: () => Promise<void>) =>
    it.skipIf(needs.missing !== null)(named(title, needs), test)

  point(
    'crash point 1: killed after the business write, before COMMIT, there is no event; the repeated checkout makes one',
    async () => {
      const { databaseUrl, store, drain, queue } = await scene()
      const order = sampleOrder()
      const checkout = run('../test/faults/processes/write.mjs', {}, [
        JSON.stringify({ databaseUrl, point: 'written', order, message: numbered(1) }),
      ])
      await checkout.shows(/at written/)
      await kill(checkout)
      expect(await store.orderStore.orders.find({ id: order.id })).toBe(null)
      expect(await store.orderStore.outbox.backlog()).toMatchObject({ waiting: 0 })
      await store.orderStore.orders.commit(sampleCommit(null, order, { messages: [numbered(1)] }))
      await drain()
      expect(await queue.copies()).toEqual({ 1: 1 })
    },
  )

  point(
    'crash point 2: killed after COMMIT, before the kick, the next look into the outbox finds the message',
    async () => {
      const { databaseUrl, drain, queue } = await scene()
      const checkout = run('../test/faults/processes/write.mjs', {}, [
        JSON.stringify({ databaseUrl, point: 'committed', order: sampleOrder(), message: numbered(1) }),
      ])
      await checkout.shows(/at committed/)
      await kill(checkout)
      await drain()
      expect(await queue.copies()).toEqual({ 1: 1 })
    },
  )

  point('crash point 3: killed before the claim is committed, another relay claims at once', async () => {
    const { relay, drain, queue } = await stoppedAt('claiming')
    await kill(relay)
    await drain()
    expect(await queue.copies()).toEqual(ONCE)
  })

  point(
    'crash point 4: killed after the claim, the messages wait for the end of the lease and go out once',
    async () => {
      const { relay, store, leasesRunOut, drain, queue } = await stoppedAt('claimed')
      await kill(relay)
      expect(await store.orderStore.outbox.claim(10, 1_000)).toEqual([])
      await leasesRunOut()
      await drain()
      expect(await queue.copies()).toEqual(ONCE)
    },
  )

  point('crash point 5: killed after a publish that never reached the broker, the messages go out once', async () => {
    const { amqpUrl, detour, startRelay, write, leasesRunOut, drain, queue } = await scene()
    const wire = await detour(amqpUrl)
    const relay = await startRelay({ amqpUrl: wire.url, expected: 3 })
    wire.proxy.stall()
    await write(3)
    await relay.shows(/at sent/)
    await kill(relay)
    wire.goAway()
    await leasesRunOut()
    await drain()
    expect(await queue.copies()).toEqual(ONCE)
  })

  point(
    'crash point 6: killed after the broker took the messages and before it said so, each comes twice',
    async () => {
      const { amqpUrl, detour, startRelay, write, leasesRunOut, drain, queue } = await scene()
      const wire = await detour(amqpUrl)
      const relay = await startRelay({ amqpUrl: wire.url, expected: 3 })
      wire.proxy.holdAnswers()
      await write(3)
      await relay.shows(/at sent/)
      await queue.holds(3)
      await kill(relay)
      await leasesRunOut()
      await drain()
      expect(await queue.copies()).toEqual(TWICE)
    },
  )

  point('crash point 7: killed after the confirm, before the row is deleted, each comes twice', async () => {
    const { relay, leasesRunOut, drain, queue } = await stoppedAt('confirmed')
    await kill(relay)
    await leasesRunOut()
    await drain()
    expect(await queue.copies()).toEqual(TWICE)
  })

  point('crash point 8: killed after the row was deleted, before it knew, none comes again', async () => {
    const { relay, leasesRunOut, drain, queue, store } = await stoppedAt('deleted')
    await until(
      () => store.orderStore.outbox.backlog(),
      ({ waiting }) => waiting === 0,
    )
    await kill(relay)
    await leasesRunOut()
    await drain()
    expect(await queue.copies()).toEqual(ONCE)
  })

  point('crash point 9: a relay that resumes after its lease changes nothing; each message comes twice', async () => {
    const { relay, leasesRunOut, drain, queue } = await stoppedAt('confirmed')
    relay.child.kill('SIGSTOP')
    await leasesRunOut()
    await drain()
    expect(await queue.copies()).toEqual(TWICE)
    relay.child.kill('SIGCONT')
    resume(relay)
    relay.child.kill('SIGTERM')
    expect((await relay.shows(/^totals .*$/m))[0]).toContain(
      '"acknowledged":0,"rescheduled":0,"deadLettered":0,"leaseLost":3',
    )
  })

  point(
    'crash point 11: killed after a message came back because no queue is bound, it goes out once when one is',
    async () => {
      const opened = await scene()
      await opened.queue.unbind()
      await opened.write(3)
      const relay = await opened.startRelay({ point: 'not taken' })
      await relay.shows(/at not taken: no queue is bound/)
      await kill(relay)
      await opened.names.bind('counted')
      await opened.leasesRunOut()
      await opened.drain()
      expect(await opened.queue.copies()).toEqual(ONCE)
    },
  )
})
