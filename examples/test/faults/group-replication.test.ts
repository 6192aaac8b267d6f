import { type OpenedSqlStore, sqlStore } from '@coursepay/adapter-sql'
import { outBusinessId, type PayNo } from '@coursepay/core'
import { systemClock } from '@coursepay/core/assembly'
import { sampleRequest, sampleUserId } from '@coursepay/core/contracts'
import { inMemoryPaymentGateway } from '@coursepay/core/fakes'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { type OrderProcess, payAt, startProcess } from '../../../packages/adapter-sql/test/support/order-process.js'
import { ownMysqlMissing, ownMysqlName } from '../../src/apps/soak/servers/own-mysql.js'
import { openTables } from '../../src/apps/soak/tables.js'
import { named } from '../support/services.js'
import { until } from '../support/until.js'
import { openDetour } from './support/detour.js'
import { CATCH_UP, type ReplicationGroup, startOwnGroup } from './support/own-group.js'
import { allowed, readSales, type Sale, sell } from './support/sales.js'

const START_MS = 90_000
const SELLERS = 8
interface LedgerSnapshot {
  readonly orders: number
  readonly payments: readonly string[]
  readonly receipts: Readonly<Record<string, number>>
  readonly refunds: number
  readonly messages: number
}

/** Each order was paid twice: one payment is booked, and the other one refunded. */
const expectedLedger = (orders: number, payNos: readonly PayNo[]): LedgerSnapshot => ({
  ...{ orders, payments: payNos.toSorted(), receipts: { booked: orders, surplus: orders } },
  ...{ refunds: orders, messages: orders },
})

async function readLedger(url: string): Promise<LedgerSnapshot> {
  await using tables = await openTables(url)
  await tables.query(CATCH_UP)
  const count = async (table: string) => Number((await tables.query(`SELECT count(*) count FROM ${table}`))[0]?.count)
  const payments = await tables.query('SELECT pay_no, receipt FROM xc_pay_record ORDER BY pay_no')
  const receipts: Record<string, number> = {}
  for (const { receipt } of payments) receipts[String(receipt)] = (receipts[String(receipt)] ?? 0) + 1
  return {
    ...{ payments: payments.map(({ pay_no }) => String(pay_no)), receipts },
    ...{ orders: await count('xc_orders'), refunds: await count('refund'), messages: await count('mq_message') },
  }
}

const title = named('a group of three', { name: ownMysqlName, url: '', missing: ownMysqlMissing })

describe.skipIf(ownMysqlMissing !== null)(title, () => {
  let group: ReplicationGroup
  beforeAll(async () => {
    group = await startOwnGroup()
    return () => group[Symbol.asyncDispose]()
  }, START_MS)

  async function open(url: string): Promise<OpenedSqlStore> {
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
    console.info(`${done()} sales, ${count('unknown')} of which nobody knew; the longest pause ${Math.round(pause)} ms`)
    for (const url of urls) {
      const found = await readSales(url, CATCH_UP)
      expect(sales.filter((sale) => !allowed(sale).includes(found(sale.number)))).toEqual([])
    }
  })

  it('given two nodes that both take writes, when they sell and book the same orders at once, then what the group refuses is run again, and each order is there once and paid once', async () => {
    await group.takeWritesEverywhere()
    const urls = await group.createDatabase('contended')
    const fake = inMemoryPaymentGateway({ clock: systemClock })
    const one = await startProcess(urls[0], fake)
    await readSales(urls[1], CATCH_UP)
    const other = await startProcess(urls[1], fake)
    const stores = [one.store, other.store]
    const answered: PayNo[] = []
    const settled = async (payNo: PayNo, { callbacks }: OrderProcess) => {
      // A node may not have heard of the payment yet, or may lose against the other one: Alipay sends it again.
      await until(
        () => callbacks.receiveNotify(fake.notify(payNo)),
        ({ answer }) => answer === 'success',
      )
    }
    let orders = 0
    for (; orders < 20 || stores.some((store) => store.conflictRetries() === 0); orders += 1) {
      const request = sampleRequest({ outBusinessId: outBusinessId(`contended-${orders}`) })
      const payments = await Promise.all([one, other].map(({ service }) => service.createOrder(sampleUserId, request)))
      expect(new Set(payments.map(({ orderId }) => orderId)).size).toBe(1)
      const payNos = payments.map(({ payNo }) => payNo)
      answered.push(...payNos)
      await Promise.all([one, other].map((process, index) => payAt(fake, process, payNos[index] as PayNo)))
      await Promise.all(payNos.flatMap((payNo) => [one, other, one, other].map((process) => settled(payNo, process))))
    }
    const retries = stores.map((store) => store.conflictRetries())
    console.info(`${orders} orders on two nodes, ${retries.join(' and ')} commits run again`)
    for (const url of urls) expect(await readLedger(url)).toEqual(expectedLedger(orders, answered))
  })
})
