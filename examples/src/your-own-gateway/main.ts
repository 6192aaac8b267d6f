import { courseId, fen, userId } from '@coursepay/core'
import { courseOrder } from '../embedded/course-order.js'
import { openCheckout } from '../embedded/open-checkout.js'
import { createWeCoin } from './wecoin-gateway.js'
import { weCoinSandbox, weCoinShop } from './wecoin-sandbox.js'

// #region use
const key = 'a key of thirty-two random bytes'
const weCoin = weCoinSandbox({ key, now: Date.now })

const checkout = await openCheckout({
  databaseUrl: 'sqlite::memory:',
  courses: [{ courseId: courseId('1'), courseName: 'Java', price: fen(9_900), validDays: 365 }],
  payments: createWeCoin({ address: 'https://wecoin.example', merchant: weCoinShop, key, fetch: weCoin.fetch }),
  notifyUrl: 'https://shop.example/pay/notify',
})
// #endregion

const { door, service } = checkout.orders
const zhang = userId('zhang')
const { choice } = await checkout.learning.service.chooseCourse(zhang, courseId('1'))
const payment = await service.createOrder(zhang, courseOrder(choice))

const page = await door.openPayPage({ token: payment.token })
console.log('the buyer is sent to', new URL(page.url).host)
weCoin.pay(page.url)

const forged = weCoin.notification(payment.payNo, { by: 'another key' })
console.log('somebody notifies:', await door.receiveNotify(forged))
const foreign = weCoin.notification(payment.payNo, { shop: 'shop-2' })
console.log('WeCoin notifies of another shop:', await door.receiveNotify(foreign))
console.log('WeCoin notifies:', await door.receiveNotify(weCoin.notification(payment.payNo)))

const paid = await service.queryPayResult(payment.payNo, { userId: zhang, operator: false })
console.log('paid by', paid.outPayChannel, paid.status)
await checkout.stop()
