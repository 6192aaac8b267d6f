import 'reflect-metadata'
import { alipay } from '@coursepay/adapter-alipay'
import { startAlipaySandbox } from '@coursepay/adapter-alipay/sandbox'
import { inProcess } from '@coursepay/adapter-mq'
import { sqlStore } from '@coursepay/adapter-sql'
import { type Checkout, courses } from '@coursepay/core'
import { CheckoutToken, checkoutModule, PortToken } from '@coursepay/core/container'
import { CheckoutRoutesToken, httpModule } from '@coursepay/http-hono/container'
import type { Hono } from 'hono'
import { Container } from 'inversify'

const sandbox = await startAlipaySandbox()
const list = [{ courseId: '1', courseName: 'Java', price: 9_900, validDays: 365 }]

// #region container
/** The application's own container. The checkout is one more service in it. */
const container = new Container()
await container.load(checkoutModule, httpModule({ user: () => 'zhang' }))
container.bind(PortToken.store).toConstantValue(sqlStore({ url: 'sqlite::memory:' }))
container.bind(PortToken.payments).toConstantValue(alipay(sandbox.merchant))
container.bind(PortToken.messages).toConstantValue(inProcess()) // or rabbitmq({ url })
container.bind(PortToken.shop).toConstantValue({
  publicUrl: 'https://shop.example',
  products: { course: courses(list) },
  settings: { queryIntervalMs: 0 },
})

const checkout = await container.getAsync<Checkout>(CheckoutToken)
const app = await container.getAsync<Hono>(CheckoutRoutesToken)
// #endregion

console.log('over HTTP:', (await app.request('/api/learning/choosecourse/1', { method: 'POST' })).status)
const { payment } = await checkout.buy('zhang', { product: 'course', id: '1' })
if (payment === null) throw new Error('The course has a price.')
// The public address is not this machine: no notification arrives.
await sandbox.buyer.pay((await checkout.orders.callbacks.openPayPage({ token: payment.token })).url)
const owner = { userId: payment.userId, operator: false }
const found = await checkout.orders.service.queryPayResult(payment.payNo, owner)
console.log('no notification came, Alipay was queried:', found.status)

await checkout.stop()
await sandbox.stop()
