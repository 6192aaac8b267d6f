import { startAlipaySandbox } from '@coursepay/adapter-alipay/sandbox'
import { expect, it } from 'vitest'
import { type Answer, apiOf, text, tokenFor } from '../src/demo-shop/api.js'
import { sqliteFiles } from './support/databases.js'
import { type Running, run } from './support/process.js'
import { createRabbitNames, findRabbit, named } from './support/services.js'
import { alipayEnvironment, orderBody, SECRET } from './support/shop-process.js'
import { until } from './support/until.js'

const rabbit = await findRabbit()
const keys = {
  PRICE_KEY_60201: 'the key of the learning centre alone',
  PRICE_KEY_60202: 'the key of the materials shop alone',
}
/** A clock that is two minutes ahead: what was chosen just now has waited long enough. */
const LATER = `--import=data:text/javascript,${encodeURIComponent('const now=Date.now;Date.now=()=>now()+120000')}`

const title = 'a message that the broker lost is sent again once its consumer asks about the paid order'
it.skipIf(rabbit.missing !== null)(named(title, rabbit), async () => {
  await using started = new AsyncDisposableStack()
  const databases = started.use(await sqliteFiles())
  const sandbox = started.use(await startAlipaySandbox())
  const names = started.use(await createRabbitNames(rabbit.url))
  const urls = {
    learning: await databases.open('learning'),
    materials: await databases.open('materials'),
    server: await databases.open('orders'),
  }
  const start = async (program: keyof typeof urls, more: Readonly<Record<string, string>>) => {
    const shared = { ...names.environment, JWT_SECRET: SECRET, PORT: '0', DATABASE_URL: urls[program] }
    const running: Running = run(`apps/${program}/main.js`, { ...shared, ...more })
    started.defer(async () => void (await running.kill('SIGKILL')))
    const [, port] = await running.shows(/"port":(\d+)/)
    const address = `http://127.0.0.1:${port}`
    return { running, address, api: apiOf(address, await tokenFor('zhang', SECRET)) }
  }
  const { PRICE_KEY_60201, PRICE_KEY_60202 } = keys
  const forLearning = { PRICE_KEY_60201, AMQP_QUEUE: names.queue('learning') }
  const forMaterials = { PRICE_KEY_60202, AMQP_QUEUE: names.queue('materials') }
  const learning = await start('learning', forLearning)
  const materials = await start('materials', forMaterials)
  const orders = await start('server', {
    ...{ ...alipayEnvironment(sandbox), ...keys },
    PRICE_SOURCE_60201: learning.address,
    PRICE_SOURCE_60202: materials.address,
  })
  const course = await orderBody(learning.api)
  const purchase = await materials.api.post('/api/materials/1/purchase')
  const addOrders: Answer[] = [course, Object(purchase.addOrder)]
  const payUrls: string[] = []
  for (const addOrder of addOrders) {
    payUrls.push(text(await orders.api.post('/api/orders/generatepaycode', addOrder), 'payUrl'))
  }
  // Paid while no consumer reads, and taken out of the queues before one does.
  for (const consumer of [learning, materials]) await consumer.running.kill('SIGTERM')
  for (const payUrl of payUrls) await sandbox.buyer.pay(payUrl)
  for (const queue of ['learning', 'learning', 'materials', 'materials']) await names.take(queue)

  const asking = { ORDERS_URL: orders.address, NODE_OPTIONS: LATER }
  const again = await start('learning', { ...forLearning, ...asking })
  await until(
    () => again.api.get('/api/learning/mycoursetable'),
    ({ counts }) => counts === 1,
  )
  const shop = await start('materials', { ...forMaterials, ...asking })
  const headers = { Authorization: `Bearer ${await tokenFor('zhang', SECRET)}` }
  const download = () => fetch(`${shop.address}/api/materials/1/download`, { headers })
  expect(await (await until(download, ({ ok }) => ok)).text()).toContain('微服务讲义')
})
