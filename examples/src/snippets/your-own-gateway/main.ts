import { inProcess } from '@coursepay/adapter-mq'
import { sqlStore } from '@coursepay/adapter-sql'
import { courses, createCheckout, userId } from '@coursepay/core'
import { createWeCoin } from './wecoin-gateway.js'
import { weCoinSandbox, weCoinShop } from './wecoin-sandbox.js'

// #region use
const key = 'a key of thirty-two random bytes'
const weCoin = weCoinSandbox({ key, now: Date.now })

const checkout = await createCheckout({
  store: sqlStore({ url: 'sqlite::memory:' }),
  messages: inProcess(),
  payments: createWeCoin({ address: 'https://wecoin.example', merchant: weCoinShop, key, fetch: weCoin.fetch }),
  publicUrl: 'https://shop.example/pay',
  products: { course: courses([{ courseId: '1', courseName: 'Java', price: 9_900, validDays: 365 }]) },
})
// #endregion

const { callbacks, service } = checkout.orders
const zhang = userId('zhang')
const { payment } = await checkout.buy(zhang, { product: 'course', id: '1' })
if (payment === null) throw new Error('The course has a price.')

const page = await callbacks.openPayPage({ token: payment.token })
console.log('the buyer is sent to', new URL(page.url).host)
weCoin.pay(page.url)

const notify = async (body: Uint8Array) => {
  const { answer, verdict } = await callbacks.receiveNotify(body)
  return { answer, verdict }
}
const forged = weCoin.notification(payment.payNo, { by: 'another key' })
console.log('somebody notifies:', await notify(forged))
const foreign = weCoin.notification(payment.payNo, { shop: 'shop-2' })
console.log('WeCoin notifies of another shop:', await notify(foreign))
console.log('WeCoin notifies:', await notify(weCoin.notification(payment.payNo)))

const paid = await service.queryPayResult(payment.payNo, { userId: zhang, operator: false })
console.log('paid by', paid.outPayChannel, paid.status)
await checkout.stop()
