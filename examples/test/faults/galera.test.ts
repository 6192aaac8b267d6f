import { type OpenedSqlStore, sqlStore } from '@coursepay/adapter-sql'
import { messageId } from '@coursepay/core'
import { sampleCommit, sampleId, sampleMessage, sampleOrder } from '@coursepay/core/contracts'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { ownMariadbName } from '../../src/apps/soak/servers/own-mariadb.js'
import { openTables } from '../../src/apps/soak/tables.js'
import { named } from '../support/services.js'
import { until } from '../support/until.js'
import { openDetour } from './support/detour.js'
import { type GaleraCluster, ownGaleraMissing, startOwnGalera } from './support/own-galera.js'
import { appendMessages, extendOrder } from './support/relay-scene.js'
import { allowed, readSales, type Sale, sell } from './support/sales.js'

const START_MS = 90_000
const SELLERS = 8

const title = named('a Galera cluster of three', { name: ownMariadbName, url: '', missing: ownGaleraMissing })

describe.skipIf(ownGaleraMissing !== null)(title, () => {
  let cluster: GaleraCluster
  beforeAll(async () => {
    cluster = await startOwnGalera()
    return () => cluster[Symbol.asyncDispose]()
  }, START_MS)

  async function open(url: string): Promise<OpenedSqlStore> {
    const store = await sqlStore({ url }).open()
    onTestFinished(() => store.close())
    return store
  }

  it('given an empty database, when four migrate through one node at once, then the tables are there on every node', async () => {
    const urls = await cluster.createDatabase('migrated')
    await Promise.all(Array.from({ length: 4 }, () => open(urls[1])))
    for (const url of urls) {
      const store = await open(url)
      await until(
        () => sell(store, urls.indexOf(url)),
        ({ settled }) => settled === 'done',
      )
    }
  })

  it('given writers on two nodes who change the same rows, then what the cluster refuses is run again, and every unit is there', async () => {
    const [firstUrl, secondUrl, thirdUrl] = await cluster.createDatabase('contended')
    const writers = [await open(firstUrl), await open(secondUrl)]
    const contended = sampleOrder(1)
    await writers[0]?.orderStore.orders.commit(sampleCommit(null, contended))
    const bothRetried = () => writers.every((writer) => writer.conflictRetries() > 0)
    const units = await Promise.all(
      writers.map(async (writer, index) => {
        let count = 0
        for (; count < 300 || (count < 2_000 && !bothRetried()); count += 1) {
          const id = messageId(sampleId(1_000_000 * (index + 1) + count))
          // Both change one order all the time; of two commits of one version one is a conflict, and is decided again.
          await until(
            () => extendOrder(writer, contended.id, [sampleMessage(1, { id })]),
            (outcome) => outcome === 'committed',
          )
        }
        return count
      }),
    )
    await using tables = await openTables(thirdUrl)
    await tables.query('SET SESSION wsrep_sync_wait = 1')
    const [messages] = await tables.query('SELECT count(*) count FROM mq_message')
    const [order] = await tables.query('SELECT version FROM xc_orders')
    const retries = writers.map((writer) => writer.conflictRetries())
    console.info(`${units.join(' and ')} units on two nodes, ${retries.join(' and ')} of them run again`)
    expect(Math.min(...retries)).toBeGreaterThan(0)
    const all = units.reduce((sum, each) => sum + each, 0)
    // Both rows of each unit: none is torn.
    expect([Number(messages?.count), Number(order?.version)]).toEqual([all, all + 1])
  })

  it('given relays on two nodes, when both claim all the time, then no message is handed to both', async () => {
    const [firstUrl, secondUrl] = await cluster.createDatabase('claimed')
    const relays = [await open(firstUrl), await open(secondUrl)]
    const ids = Array.from({ length: 500 }, (_, index) => messageId(sampleId(index)))
    if (relays[0] !== undefined)
      await appendMessages(
        relays[0],
        ids.map((id) => sampleMessage(1, { id })),
      )
    const claimed: string[] = []
    const claimAll = async ({ orderStore: { outbox } }: OpenedSqlStore) => {
      while (claimed.length < ids.length) {
        for (const { message } of await outbox.claim(10, 60_000)) claimed.push(message.id)
      }
    }
    await Promise.all(relays.map(claimAll))
    const retries = relays.map((relay) => relay.conflictRetries())
    console.info(`${claimed.length} messages claimed on two nodes, ${retries.join(' and ')} claims run again`)
    expect(claimed.toSorted()).toEqual(ids.toSorted())
  })

  it('given sellers at work, when the node they write to is killed, then what was answered is on the others, nothing is half-written, and sales resume', async () => {
    const [firstUrl, secondUrl, thirdUrl] = await cluster.createDatabase('sold')
    const balancer = await openDetour(secondUrl)
    onTestFinished(() => balancer[Symbol.asyncDispose]())
    const shop = await open(balancer.url)
    const sales: Sale[] = []
    let going = true
    let pause = 0
    let last = performance.now()
    const seller = async (_: unknown, index: number) => {
      for (let count = 1; going; count += 1) {
        const sale = await sell(shop, 100_000 * (index + 1) + count)
        sales.push(sale)
        if (sale.settled !== 'done') continue
        pause = Math.max(pause, performance.now() - last)
        last = performance.now()
      }
    }
    const sellers = Promise.all(Array.from({ length: SELLERS }, seller))
    const done = () => sales.filter(({ settled }) => settled === 'done').length
    const more = (count: number) => {
      const goal = done() + count
      return until(
        async () => done(),
        (sold) => sold >= goal,
      )
    }
    await more(300)
    await cluster.nodes[1].crash()
    balancer.leadTo(thirdUrl)
    await more(300)
    going = false
    await sellers
    await cluster.nodes[1].start()

    const count = (fate: string) => sales.filter(({ placed, settled }) => placed === fate || settled === fate).length
    console.info(`${done()} sales, ${count('unknown')} of which nobody knew; the longest pause ${Math.round(pause)} ms`)
    for (const url of [firstUrl, thirdUrl, secondUrl]) {
      const found = await readSales(url)
      expect(sales.filter((sale) => !allowed(sale).includes(found(sale.number)))).toEqual([])
    }
  })

  it('given a cluster of which two are killed, then the third takes nothing and says why', async () => {
    const [, , url] = await cluster.createDatabase('alone')
    const store = await open(url)
    await Promise.all([cluster.nodes[0].crash(), cluster.nodes[1].crash()])
    const failure = await until(
      () => store.orderStore.orders.find({ id: sampleOrder(1).id }).catch((error: unknown) => error),
      (answer) => answer instanceof Error && /no majority/.test(answer.message),
    )
    expect(failure).toMatchObject({ code: 'store_unavailable' })
    expect(await sell(store, 1)).toMatchObject({ placed: 'unknown' })
  })
})
