// #region serve
import type { AddressInfo } from 'node:net'
import { setInterval } from 'node:timers/promises'
import { alipay } from '@coursepay/adapter-alipay'
import { startAlipaySandbox } from '@coursepay/adapter-alipay/sandbox'
import { inProcess } from '@coursepay/adapter-mq'
import { sqlStore } from '@coursepay/adapter-sql'
import { courses, createCheckout } from '@coursepay/core'
import { bearerAuthentication, checkoutRoutes } from '@coursepay/http-hono'
import { createAdaptorServer } from '@hono/node-server'
import { Hono } from 'hono'
import { sign } from 'hono/jwt'

const secret = 'a secret of this tutorial, 32 bytes or more'

const shop = new Hono()
const server = createAdaptorServer({ fetch: shop.fetch })
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

const sandbox = await startAlipaySandbox() // a local Alipay, with real signatures
const checkout = await createCheckout({
  store: sqlStore({ url: 'sqlite::memory:' }),
  payments: alipay(sandbox.merchant),
  messages: inProcess(),
  publicUrl: baseUrl,
  products: { course: courses([{ courseId: '1', courseName: 'Java', price: 9_900, validDays: 365 }]) },
})
const signedIn = bearerAuthentication({ secret })
shop.route('/', checkoutRoutes(checkout, { user: async (request) => (await signedIn(request)).userId }))
// #endregion

// #region buyer
/** A user of the platform, as the page in his browser calls the server. */
async function newBuyer(sub: string) {
  const exp = Math.floor(Date.now() / 1_000) + 3_600
  const headers = { Authorization: `Bearer ${await sign({ sub, exp }, secret)}`, 'Content-Type': 'application/json' }
  return async (method: 'GET' | 'POST', path: string, body?: object): Promise<Record<string, string>> => {
    const content = body === undefined ? {} : { body: JSON.stringify(body) }
    return Object(await (await fetch(baseUrl + path, { method, headers, ...content })).json())
  }
}
// #endregion

// #region buy
async function buyJava(sub: string) {
  const call = await newBuyer(sub)
  const choice = await call('POST', '/api/learning/choosecourse/1')
  const goods = [{ goodsId: '1', goodsType: '60201', goodsName: 'Java', goodsPrice: '99.00', goodsDetail: '' }]
  const payment = await call('POST', '/api/orders/generatepaycode', {
    outBusinessId: choice.id,
    orderType: '60201',
    totalPrice: '99.00',
    orderName: 'Java',
    orderDetail: JSON.stringify(goods),
  })
  console.log(sub, 'has a QR code, the payment is', payment.status)
  await sandbox.buyer.pay(String(payment.payUrl)) // the phone scans it, opens the address, and pays
  await sandbox.settled() // Alipay has notified, or stopped trying
  const { status } = await call('GET', `/api/orders/payresult?payNo=${payment.payNo}`)
  console.log(sub, 'has paid:', status)
  for await (const _ of setInterval(20)) {
    const { items } = Object(await call('GET', '/api/learning/mycoursetable'))
    if (items.length > 0) return console.log(sub, 'may learn', items[0].courseName)
  }
}
// #endregion

await buyJava('zhang')

// #region lost
sandbox.fault({ at: 'notify', kind: 'drop' }) // from now on no notification arrives
await buyJava('li')
// #endregion

const answers = sandbox.notifications().map(({ attempts }) => attempts[0]?.answer)
console.log('notifications were answered:', answers.join(', '))
await checkout.stop()
await sandbox.stop()
server.close()
