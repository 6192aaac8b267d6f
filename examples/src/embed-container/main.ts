import 'reflect-metadata'
import { createAlipay } from '@coursepay/adapter-alipay'
import { alipayModule } from '@coursepay/adapter-alipay/container'
import { startAlipaySandbox } from '@coursepay/adapter-alipay/sandbox'
import { inProcessModule } from '@coursepay/adapter-mq/container'
import { openDatabase } from '@coursepay/adapter-sql'
import { sqlModule } from '@coursepay/adapter-sql/container'
import { type Checkout, courseId, fen, type OrderSettings, userId } from '@coursepay/core'
import { checkoutModule, Port, Service, systemModule } from '@coursepay/core/container'
import { CheckoutApp, httpModule } from '@coursepay/http-hono/container'
import type { Hono } from 'hono'
import { Container } from 'inversify'
import { courseOrder } from '../embedded/course-order.js'

const sandbox = await startAlipaySandbox()
const database = await openDatabase({ url: 'sqlite::memory:' })
await database.migrate()
await database.publishCourses([{ courseId: courseId('1'), courseName: 'Java', price: fen(9_900), validDays: 365 }])
const zhang = { userId: userId('zhang'), operator: false }
const settings: OrderSettings = {
  orderTimeToLiveMs: 30 * 60_000,
  latePolicy: 'refund',
  queryIntervalMs: 0,
  payAddresses: { notifyUrl: sandbox.url, returnUrl: null }, // a wrong address: no notification will arrive
}

// #region container
/** The application's own container; the checkout's modules go into it beside its own. */
const container = new Container()
await container.load(
  systemModule, // clock, timers, randomness
  sqlModule(database),
  alipayModule(createAlipay(sandbox.merchant)),
  inProcessModule, // or rabbitModule(await openRabbitBroker({ url }))
  checkoutModule,
  httpModule({
    authenticate: async () => zhang,
    publicBaseUrl: 'https://shop.example',
    log: { info: () => {}, error: console.error },
  }),
)
container.bind(Port.orderSettings).toConstantValue(settings)
container.bind(Port.priceSources).toConstantValue({}) // of what is sold besides courses
container.bind(Port.onWorkerError).toConstantValue((worker: string) => console.error(worker, 'failed'))

const checkout = container.get<Checkout>(Service.checkout)
const app = container.get<Hono>(CheckoutApp)
await checkout.start()
// #endregion

console.log('over HTTP:', (await app.request('/api/learning/choosecourse/1', { method: 'POST' })).status)
const { choice } = await checkout.learning.service.chooseCourse(zhang.userId, courseId('1')) // the same one again
const payment = await checkout.orders.service.createOrder(zhang.userId, courseOrder(choice))
await sandbox.buyer.pay((await checkout.orders.door.openPayPage({ token: payment.token })).url)
const found = await checkout.orders.service.queryPayResult(payment.payNo, zhang)
console.log('no notification came, Alipay was asked:', found.status)

await checkout.stop()
await database.close()
await sandbox.stop()
