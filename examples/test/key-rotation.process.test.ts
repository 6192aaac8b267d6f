import { generateKeyPairSync } from 'node:crypto'
import { generateSandboxKeys } from '@coursepay/adapter-alipay/sandbox'
import { openRabbitBroker } from '@coursepay/adapter-mq'
import { OrderStatus } from '@coursepay/core'
import { expect, it } from 'vitest'
import { openTables } from '../src/apps/soak/tables.js'
import { buyAllTheTime } from './faults/support/buyers.js'
import { createRabbitNames, findRabbit, named } from './support/services.js'
import { openShopProcess } from './support/shop-process.js'
import { until } from './support/until.js'

const rabbit = await findRabbit()
const SALES = 10
/** The server is started eight times. */
const TIMEOUT_MS = 180_000
const DELIVERED = `SELECT id FROM xc_orders
  WHERE status = '${OrderStatus.paid}' AND out_business_id IN (SELECT choose_course_id FROM xc_course_tables)`

const base64Of = (key: { export(options: { type: 'spki'; format: 'der' }): Buffer }) =>
  key.export({ type: 'spki', format: 'der' }).toString('base64')

function messageKeys() {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  return { signing: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), verify: base64Of(publicKey) }
}

const title = 'keys of messages and of Alipay that are exchanged as the runbook says, under load, lose no purchase'
it.skipIf(rabbit.missing !== null)(
  named(title, rabbit),
  async () => {
    await using started = new AsyncDisposableStack()
    const keys = await generateSandboxKeys()
    const shop = started.use(await openShopProcess({ keys }))
    const names = started.use(await createRabbitNames(rabbit.url))
    const queue = names.queue('learning')
    const broker = started.adopt(await openRabbitBroker({ url: rabbit.url }), (each) => each.close())
    const [first, second] = [messageKeys(), messageKeys()]
    const settings = {
      ...names.environment,
      AMQP_QUEUE: queue,
      MESSAGE_SIGNING_KEY: first.signing,
      MESSAGE_VERIFY_KEY: first.verify,
    }
    let server = await shop.start(settings)
    const load = buyAllTheTime(shop)
    const sells = async () => {
      const goal = load.paid.length + SALES
      await until(
        async () => load.paid.length,
        (paid) => paid >= goal,
      )
    }
    const restart = async (change: Readonly<Record<string, string>>) => {
      expect(await server.kill('SIGTERM')).toBe(0)
      server = await shop.start(Object.assign(settings, change))
      await sells()
    }

    await using tables = await openTables(shop.environment.DATABASE_URL ?? '')
    const delivered = async () => (await tables.query(DELIVERED)).map(({ id }) => String(id))
    /** What was paid until now has its course: no message of it waits in a queue. */
    const queuesAreEmpty = async () => {
      const paid = [...load.paid]
      await until(delivered, (ids) => paid.every((id) => ids.includes(id)))
    }

    await sells()
    await restart({ MESSAGE_VERIFY_KEY: `${first.verify},${second.verify}` })
    await restart({ MESSAGE_SIGNING_KEY: second.signing })
    await queuesAreEmpty()
    await restart({ MESSAGE_VERIFY_KEY: second.verify })

    const renewed = await generateSandboxKeys()
    const [old, next] = [keys.alipay, renewed.alipay].map(({ publicKey }) => base64Of(publicKey)) as [string, string]
    await restart({ ALIPAY_OTHER_PUBLIC_KEY: next })
    Object.assign(keys.alipay, renewed.alipay)
    await sells()
    await restart({ ALIPAY_PUBLIC_KEY: next, ALIPAY_OTHER_PUBLIC_KEY: old })
    Object.assign(keys.merchant, renewed.merchant)
    const privateKey = renewed.merchant.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
    await restart({ ALIPAY_PRIVATE_KEY: privateKey, ALIPAY_OTHER_PUBLIC_KEY: '' })
    await load.stop()

    await until(delivered, (ids) => ids.length === load.paid.length)
    expect((await delivered()).toSorted()).toEqual(load.paid.toSorted())
    expect(await broker.deadLetters.count(queue)).toBe(0)
    expect(await tables.query('SELECT id FROM refund')).toEqual([])
  },
  TIMEOUT_MS,
)
