import { OrderStatus } from '@coursepay/core'
import { describe, expect, it, onTestFailed, onTestFinished } from 'vitest'
import { ownMariadbMissing, ownMariadbName, startOwnMariadb } from '../../src/apps/soak/servers/own-mariadb.js'
import { ownMysqlMissing, ownMysqlName, startOwnMysql } from '../../src/apps/soak/servers/own-mysql.js'
import { openTables } from '../../src/apps/soak/tables.js'
import { mysqlDatabases } from '../support/databases.js'
import { findMysql, named } from '../support/services.js'
import { openShopProcess } from '../support/shop-process.js'
import { until } from '../support/until.js'
import { buyAllTheTime } from './support/buyers.js'
import { openDetour } from './support/detour.js'

const mysql = await findMysql()
/** One that may be killed, of the product that is tested. */
const own = mysql.name.startsWith('MySQL ')
  ? { name: ownMysqlName, missing: ownMysqlMissing, start: startOwnMysql }
  : { name: ownMariadbName, missing: ownMariadbMissing, start: startOwnMariadb }

/** A database, and its server that can go away and come back. */
interface Outage {
  readonly databaseUrl: string
  goAway(): Promise<void> | void
  comeBack(): Promise<void> | void
}

async function cutWire(): Promise<Outage> {
  const databases = await mysqlDatabases(mysql.url)
  onTestFinished(() => databases[Symbol.asyncDispose]())
  const wire = await openDetour(await databases.open('shop'))
  onTestFinished(() => wire[Symbol.asyncDispose]())
  return { databaseUrl: wire.url, goAway: () => wire.goAway(), comeBack: () => wire.comeBack() }
}

async function killedServer(): Promise<Outage> {
  const server = await own.start()
  onTestFinished(() => server[Symbol.asyncDispose]())
  await using tables = await openTables(`${server.url}/mysql`)
  await tables.query('CREATE DATABASE shop')
  return { databaseUrl: `${server.url}/shop`, goAway: () => server.crash(), comeBack: () => server.start() }
}

const count = async (url: string, sql: string) => {
  await using tables = await openTables(url)
  const [row] = await tables.query(sql)
  return Number(row?.count)
}

async function goesThrough(outage: Outage): Promise<void> {
  const url = outage.databaseUrl
  await using shop = await openShopProcess()
  const server = await shop.start({ DATABASE_URL: url })
  const load = buyAllTheTime(shop)
  onTestFailed(() => {
    const lastAnswers = JSON.stringify(load.answers.slice(-3))
    console.error(
      `${load.orderIds.length} orders, ${load.paid.length} paid, the last of ${load.answers.length} answers: ${lastAnswers}`,
    )
  })
  const more = (orders: number) =>
    until(
      async () => load.orderIds.length,
      (done) => done >= orders,
    )

  await more(50)
  await outage.goAway()
  await until(
    async () => load.answers.filter(({ status }) => status === 503).length,
    (refused) => refused >= 20,
  )
  await outage.comeBack()
  await more(load.orderIds.length + 50)
  await load.stop()

  expect(new Set(load.answers.map(({ status }) => status))).toEqual(new Set([200, 503]))
  const refused = load.answers.filter(({ status }) => status === 503)
  expect(refused.filter(({ retryAfter }) => !(Number(retryAfter) > 0))).toEqual([])
  const halves = [
    'SELECT count(*) count FROM xc_orders WHERE id NOT IN (SELECT order_id FROM xc_orders_goods)',
    'SELECT count(*) count FROM xc_orders WHERE id NOT IN (SELECT order_id FROM xc_pay_record)',
  ]
  for (const half of halves) expect(await count(url, half)).toBe(0)
  expect(new Set(load.orderIds).size).toBe(load.orderIds.length)
  const known = await count(url, `SELECT count(*) count FROM xc_orders WHERE id IN (${load.orderIds.join(',')})`)
  expect(known).toBe(load.orderIds.length)
  const booked = `SELECT count(*) count FROM xc_orders WHERE status = '${OrderStatus.paid}' AND id IN (${load.paid.join(',')})`
  await until(
    () => count(url, booked),
    (orders) => orders === load.paid.length,
  )
  await until(
    () => count(url, 'SELECT count(*) count FROM xc_course_tables'),
    (courses) => courses === load.paid.length,
  )
  expect(await server.kill('SIGTERM')).toBe(0)
  console.info(`${load.orderIds.length} orders, ${load.paid.length} paid, ${refused.length} requests answered 503`)
}

describe('the database under load', () => {
  const sentence = (how: string) =>
    `given buyers who order and pay, when the database is ${how}, then they get 503 with Retry-After, nothing is half-written, all that was paid is booked, and sales resume`

  it.skipIf(mysql.missing !== null)(named(sentence('cut off'), mysql), async () => goesThrough(await cutWire()))
  it.skipIf(own.missing !== null)(named(sentence('killed and started again'), { ...own, url: '' }), async () =>
    goesThrough(await killedServer()),
  )
})
