import { startAlipaySandbox } from '@coursepay/adapter-alipay/sandbox'
import { openRabbitBroker } from '@coursepay/adapter-mq'
import { beforeAll, describe, expect, it } from 'vitest'
import { ownMysqlMissing, ownMysqlName } from '../../src/apps/soak/servers/own-mysql.js'
import { openTables } from '../../src/apps/soak/tables.js'
import { apiOf, text, tokenFor } from '../../src/demo-shop/api.js'
import { sqliteFiles } from '../support/databases.js'
import { type Running, run } from '../support/process.js'
import { both, createRabbitNames, findRabbit, named } from '../support/services.js'
import { alipayEnvironment, orderBody, SECRET } from '../support/shop-process.js'
import { until } from '../support/until.js'
import { openDetour } from './support/detour.js'
import { CATCH_UP, type ReplicationGroup, startOwnGroup } from './support/own-group.js'

const START_MS = 90_000
const ORDERS = 30
const PRICE_KEY_60201 = 'the key of the learning centre alone'
const rabbit = await findRabbit()
const needs = both({ name: `a group of three ${ownMysqlName}`, url: '', missing: ownMysqlMissing }, rabbit)

describe.skipIf(needs.missing !== null)(named('a learning centre', needs), () => {
  let group: ReplicationGroup
  beforeAll(async () => {
    group = await startOwnGroup()
    return () => group[Symbol.asyncDispose]()
  }, START_MS)

  it('given orders that are paid while the primary of its database is dead, then their messages wait, each course is delivered once, and no message is dead', async () => {
    await using started = new AsyncDisposableStack()
    const urls = await group.createDatabase('learning')
    const balancer = started.use(await openDetour(urls[0]))
    const databases = started.use(await sqliteFiles())
    const sandbox = started.use(await startAlipaySandbox())
    const names = started.use(await createRabbitNames(rabbit.url))
    const queue = names.queue('learning')
    const broker = started.adopt(await openRabbitBroker({ url: rabbit.url }), (each) => each.close())
    const start = async (program: string, environment: Readonly<Record<string, string>>) => {
      const shared = { ...names.environment, JWT_SECRET: SECRET, PORT: '0', PRICE_KEY_60201 }
      const running: Running = run(`apps/${program}/main.js`, { ...shared, ...environment })
      started.defer(async () => void (await running.kill('SIGKILL')))
      const [, port] = await running.shows(/"port":(\d+)/)
      return { running, address: `http://127.0.0.1:${port}` }
    }
    const learning = await start('learning', { DATABASE_URL: balancer.url, AMQP_QUEUE: queue })
    const orders = await start('server', {
      ...alipayEnvironment(sandbox),
      DATABASE_URL: await databases.open('orders'),
      PRICE_SOURCE_60201: learning.address,
    })
    const payUrls: string[] = []
    for (let number = 0; number < ORDERS; number += 1) {
      const token = await tokenFor(`user-${number}`, SECRET)
      const course = await orderBody(apiOf(learning.address, token))
      const payment = await apiOf(orders.address, token).post('/api/orders/generatepaycode', course)
      payUrls.push(text(payment, 'payUrl'))
    }

    const [killed, asked] = group.nodes
    await killed.crash()
    for (const payUrl of payUrls) expect((await sandbox.buyer.pay(payUrl)).result).toBe('paid')
    await learning.running.shows(/"kind":"paused"/)
    // To a node that takes no writes until the group has chosen it.
    balancer.leadTo(asked.url)
    const primary = await group.primaryAfter(killed, asked)
    expect(await delivered(urls[1])).toBe(0)
    balancer.leadTo(primary.url)
    await until(
      () => delivered(urls[1]),
      (courses) => courses === ORDERS,
    )
    expect(await broker.deadLetters.count(queue)).toBe(0)
    expect(await countOf(urls[1], 'handled_message')).toBe(ORDERS)
  })
})

const delivered = (url: string) => countOf(url, 'xc_course_tables')

async function countOf(url: string, table: string): Promise<number> {
  await using tables = await openTables(url)
  await tables.query(CATCH_UP)
  return Number((await tables.query(`SELECT count(*) count FROM ${table}`))[0]?.count)
}
