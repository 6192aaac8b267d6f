import type { AddressInfo } from 'node:net'
import { alipay } from '@coursepay/adapter-alipay'
import { startAlipaySandbox } from '@coursepay/adapter-alipay/sandbox'
import { inProcess } from '@coursepay/adapter-mq'
import { sqlStore } from '@coursepay/adapter-sql'
import { courses, createCheckout, userId } from '@coursepay/core'
import express, { type RequestHandler } from 'express'
import express4 from 'express4'
import { addNotifyRoute, handleNotification } from './notify-route.js'

const app = express()
const opened = Promise.withResolvers<void>()
const server = app.listen(0, '127.0.0.1', () => opened.resolve())
await opened.promise
const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

const sandbox = await startAlipaySandbox()
const checkout = await createCheckout({
  store: sqlStore({ url: 'sqlite::memory:' }),
  payments: alipay(sandbox.merchant),
  messages: inProcess(),
  publicUrl: `${baseUrl}/pay`,
  products: { course: courses([{ courseId: '1', courseName: 'Java', price: 9_900, validDays: 365 }]) },
})
const { callbacks } = checkout.orders
addNotifyRoute(app, callbacks)

// The service has pages of its own and calls the checkout directly.
const zhang = userId('zhang')
const { payment } = await checkout.buy(zhang, { product: 'course', id: '1' })
if (payment === null) throw new Error('The course has a price.')
const page = await callbacks.openPayPage({ token: payment.token })
console.log('the buyer pays:', (await sandbox.buyer.pay(page.url)).result)
await sandbox.settled()

const sent = sandbox.notifications()[0]?.attempts[0]
console.log('express.raw(), our answer to Alipay:', sent?.answer)
const order = await checkout.orders.service.getOrder(payment.orderId, { userId: zhang, operator: false })
console.log('the order:', order.status)

// How it goes wrong: the same notification, sent again to routes where another parser was there first.
const countFields: RequestHandler = (request, response) =>
  void response.send(Object.keys(request.body ?? {}).length > 0 ? 'every field' : 'nothing, and no error')
app.post('/express-4', express4.urlencoded({ extended: false }), countFields)
app.post('/express-5', express.urlencoded({ extended: false }), countFields)
app.post('/too-late', express.urlencoded({ extended: false }), express.raw(), handleNotification(callbacks))

async function sendAgain(path: string): Promise<string> {
  // as Alipay sends it
  const headers = { 'content-type': 'application/x-www-form-urlencoded; text/html; charset=UTF-8' }
  return (await fetch(`${baseUrl}${path}`, { method: 'POST', headers, body: sent?.body ?? '' })).text()
}
console.log('urlencoded() of Express 4 finds in it:', await sendAgain('/express-4'))
console.log('urlencoded() of Express 5 finds in it:', await sendAgain('/express-5'))
console.log('but the bytes are gone then, our answer:', await sendAgain('/too-late'))

await checkout.stop()
await sandbox.stop()
server.close()
