import { type OpenSqlStore, sqlStore } from '@coursepay/adapter-sql'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { ownMysqlMissing, ownMysqlName } from '../../src/apps/soak/servers/own-mysql.js'
import { until } from '../support/until.js'
import { openDetour } from './support/detour.js'
import { type ReplicationGroup, startOwnGroup } from './support/own-group.js'
import { allowed, readSales, type Sale, sell } from './support/sales.js'

const START_MS = 90_000
const SELLERS = 8
const CATCH_UP = "SET SESSION group_replication_consistency = 'BEFORE'"
const title = `a group of three on ${ownMysqlName}`

describe.skipIf(ownMysqlMissing !== null)(
  ownMysqlMissing === null ? title : `${title} (skipped: ${ownMysqlMissing})`,
  () => {
    let group: ReplicationGroup
    beforeAll(async () => {
      group = await startOwnGroup()
      return () => group[Symbol.asyncDispose]()
    }, START_MS)

    async function open(url: string): Promise<OpenSqlStore> {
      const store = await sqlStore({ url }).open()
      onTestFinished(() => store.close())
      return store
    }

    it('given a node that takes no writes, then a sale ends as store_unavailable there, nothing of it is written, and no process starts', async () => {
      const [primaryUrl, secondaryUrl] = await group.createDatabase('refused')
      const balancer = await openDetour(primaryUrl)
      onTestFinished(() => balancer[Symbol.asyncDispose]())
      const shop = await open(balancer.url)
      balancer.leadTo(secondaryUrl)
      const sale = await sell(shop, 1)
      expect(sale).toMatchObject({ placed: 'unknown' })
      expect(await readSales(primaryUrl, CATCH_UP).then((found) => found(1))).toBe('')
      await expect(open(secondaryUrl)).rejects.toMatchObject({
        code: 'store_unavailable',
        message: expect.stringContaining('takes no writes'),
      })
    })

    it('given sellers at work, when the primary is killed, then what was answered is on the others, nothing is half-written, and sales resume', async () => {
      const urls = await group.createDatabase('sold')
      const [killed, asked] = group.nodes
      const balancer = await openDetour(urls[0])
      onTestFinished(() => balancer[Symbol.asyncDispose]())
      const shop = await open(balancer.url)
      const sales: Sale[] = []
      const done = () => sales.filter(({ settled }) => settled === 'done').length
      let [going, pause, last] = [true, 0, performance.now()]
      const seller = async (_: unknown, place: number) => {
        for (let count = 1; going; count += 1) {
          const sale = await sell(shop, 100_000 * (place + 1) + count)
          sales.push(sale)
          if (sale.settled !== 'done') continue
          pause = Math.max(pause, performance.now() - last)
          last = performance.now()
        }
      }
      const sellers = Promise.all(Array.from({ length: SELLERS }, seller))
      const more = (count: number) => {
        const goal = done() + count
        return until(
          async () => done(),
          (sold) => sold >= goal,
        )
      }
      await more(300)
      await killed.crash()
      // To a node that takes no writes until the group has chosen it.
      balancer.leadTo(asked.url)
      balancer.leadTo((await group.primaryAfter(killed, asked)).url)
      await more(300)
      going = false
      await sellers
      await killed.start()

      const count = (fate: string) => sales.filter(({ placed, settled }) => placed === fate || settled === fate).length
      console.info(
        `${done()} sales, ${count('unknown')} of which nobody knew; the longest pause ${Math.round(pause)} ms`,
      )
      for (const url of urls) {
        const found = await readSales(url, CATCH_UP)
        expect(sales.filter((sale) => !allowed(sale).includes(found(sale.number)))).toEqual([])
      }
    })
  },
)
