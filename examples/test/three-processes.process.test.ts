import { type AlipaySandbox, startAlipaySandbox } from '@coursepay/adapter-alipay/sandbox'
import { describe, expect, it } from 'vitest'
import { type Answer, type Api, apiOf, text, tokenFor } from '../src/demo-shop/api.js'
import { mysqlDatabases, type OwnDatabases, sqliteFiles } from './support/databases.js'
import { type Running, run } from './support/process.js'
import { both, createRabbitNames, findMysql, findRabbit, named } from './support/services.js'
import { alipayEnvironment, orderBody, SECRET } from './support/shop-process.js'
import { until } from './support/until.js'

const [rabbit, mysql] = await Promise.all([findRabbit(), findMysql()])

const COURSE_KEY = 'the key of the learning centre alone'
const MATERIAL_KEY = 'the key of the materials shop alone'

/** Order service, learning centre and materials shop, each a process with a database of its own. */
async function openThree(
  sandbox: AlipaySandbox,
  environment: Readonly<Record<string, string>>,
  databases: OwnDatabases,
  queue: (name: string) => string,
) {
  const processes: Running[] = []
  const start = async (program: string, name: string, more: Readonly<Record<string, string>>) => {
    const database = await databases.open(name)
    const service = run(program, { ...environment, JWT_SECRET: SECRET, PORT: '0', DATABASE_URL: database, ...more })
    processes.push(service)
    const [, port] = await service.shows(/"port":(\d+)/)
    return `http://127.0.0.1:${port}`
  }
  const learning = await start('apps/learning/main.js', 'learning', {
    AMQP_QUEUE: queue('learning'),
    PRICE_KEY_60201: COURSE_KEY,
  })
  const materials = await start('apps/materials/main.js', 'materials', {
    AMQP_QUEUE: queue('materials'),
    PRICE_KEY_60202: MATERIAL_KEY,
  })
  const orders = await start('apps/server/main.js', 'orders', {
    ...alipayEnvironment(sandbox),
    PRICE_SOURCE_60201: learning,
    PRICE_KEY_60201: COURSE_KEY,
    PRICE_SOURCE_60202: materials,
    PRICE_KEY_60202: MATERIAL_KEY,
  })
  const as = async (user: string, address: string) => apiOf(address, await tokenFor(user, SECRET))
  return {
    orders: (user: string): Promise<Api> => as(user, orders),
    learning: (user: string): Promise<Api> => as(user, learning),
    materials: (user: string): Promise<Api> => as(user, materials),
    materialsAddress: materials,
    stop: () => Promise.all(processes.map((service) => service.kill('SIGTERM'))),
  }
}

const stores = [
  { store: 'SQLite', needs: rabbit, open: sqliteFiles },
  { store: mysql.name, needs: both(mysql, rabbit), open: () => mysqlDatabases(mysql.url) },
]

describe.each(stores)('three processes on $store and RabbitMQ', ({ needs, open }) => {
  const title =
    'given a course and a material, when both are paid, then each service has what is its own, and one more gets a copy'
  it.skipIf(needs.missing !== null)(named(title, needs), async () => {
    await using started = new AsyncDisposableStack()
    const databases = started.use(await open())
    const sandbox = started.use(await startAlipaySandbox())
    const names = started.use(await createRabbitNames(rabbit.url))
    await names.bind('audit')
    const three = await openThree(sandbox, names.environment, databases, names.queue)
    started.defer(async () => void (await three.stop()))
    const [orders, learning, materials] = await Promise.all([
      three.orders('zhang'),
      three.learning('zhang'),
      three.materials('zhang'),
    ])
    const pay = async (addOrder: Answer) => {
      const payment = await orders.post('/api/orders/generatepaycode', addOrder)
      expect((await sandbox.buyer.pay(text(payment, 'payUrl'))).result).toBe('paid')
      await sandbox.settled()
      return payment
    }

    const course = await orderBody(learning)
    const payment = await pay(course)
    await until(
      () => learning.get('/api/learning/mycoursetable'),
      ({ counts }) => counts === 1,
    )
    const message = await names.take('audit')
    expect(message.properties).toMatchObject({
      contentType: 'application/json',
      type: 'payresult_notify',
      deliveryMode: 2,
    })
    expect(JSON.parse(message.content.toString())).toEqual({
      id: message.properties.messageId,
      messageType: 'payresult_notify',
      businessKey1: course.outBusinessId,
      businessKey2: '60201',
      businessKey3: null,
      ...{ orderId: text(payment, 'orderId'), payNo: text(payment, 'payNo'), userId: 'zhang', totalPrice: '99.00' },
      paySuccessTime: expect.stringMatching(/^\d{4}-.*\+08:00$/),
    })

    const purchase = await materials.post('/api/materials/1/purchase')
    const download = async () => {
      const headers = { Authorization: `Bearer ${await tokenFor('zhang', SECRET)}` }
      const response = await fetch(`${three.materialsAddress}/api/materials/1/download`, { headers })
      return `${response.status} ${await response.text()}`
    }
    expect(await download()).toMatch(/^404/)
    await pay(Object(purchase.addOrder))
    expect(await until(download, (answer) => answer.startsWith('200'))).toContain('微服务讲义')
    expect(await learning.get('/api/learning/mycoursetable')).toMatchObject({ counts: 1 })
    expect(await three.stop()).toEqual([0, 0, 0])
  })
})
