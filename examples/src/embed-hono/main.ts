import type { AddressInfo } from 'node:net'
import { alipay } from '@coursepay/adapter-alipay'
import { startAlipaySandbox } from '@coursepay/adapter-alipay/sandbox'
import { inProcess } from '@coursepay/adapter-mq'
import { sqlStore } from '@coursepay/adapter-sql'
import { courses, createCheckout } from '@coursepay/core'
import { checkoutRoutes } from '@coursepay/http-hono'
import { serve } from '@hono/node-server'
import { createSchool } from './school.js'
import { visitor } from './visitor.js'

const school = createSchool()
const opened = Promise.withResolvers<AddressInfo>()
const server = serve({ fetch: school.app.fetch, hostname: '127.0.0.1', port: 0 }, opened.resolve)
const baseUrl = `http://127.0.0.1:${(await opened.promise).port}`
const sandbox = await startAlipaySandbox()
const list = [{ courseId: '1', courseName: 'Java', price: 9_900, validDays: 365 }]

// #region mount
const checkout = await createCheckout({
  store: sqlStore({ url: 'sqlite::memory:' }),
  payments: alipay(sandbox.merchant),
  messages: inProcess(),
  publicUrl: `${baseUrl}/pay`,
  products: { course: courses(list) },
})
school.app.route('/pay', checkoutRoutes(checkout, { user: school.userOf }))
// #endregion

const zhang = visitor(baseUrl)
console.log('a stranger buys:', (await zhang.send('POST', '/pay/api/learning/choosecourse/1')).status)
await zhang.logIn('zhang')
console.log(await (await zhang.send('GET', '/timetable')).text())

const choice = await zhang.json('POST', '/pay/api/learning/choosecourse/1')
console.log('chosen:', choice.courseName, choice.coursePrice, choice.status)

const goods = [{ goodsId: '1', goodsType: '60201', goodsName: 'Java', goodsPrice: '99.00', goodsDetail: '' }]
const payment = await zhang.json('POST', '/pay/api/orders/generatepaycode', {
  outBusinessId: choice.id,
  orderType: '60201',
  totalPrice: '99.00',
  orderName: 'Java',
  orderDetail: JSON.stringify(goods),
})
const payUrl = new URL(String(payment.payUrl)) // what the QR code holds; its last part is a secret
console.log(
  'ordered:',
  payment.totalPrice,
  payment.status,
  'to be paid at',
  `${payUrl.pathname.slice(0, payUrl.pathname.lastIndexOf('/') + 1)}…`,
)

console.log('the buyer scans and pays:', (await sandbox.buyer.pay(payUrl.href)).result)
await sandbox.settled()
console.log('our answer to Alipay:', sandbox.notifications()[0]?.attempts[0]?.answer)
console.log('the order:', (await zhang.json('GET', `/pay/api/orders/payresult?payNo=${payment.payNo}`)).status)
console.log('the course table:', (await zhang.firstCourse()).courseName)

await checkout.stop()
await sandbox.stop()
server.close()
