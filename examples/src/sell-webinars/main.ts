import { alipay } from '@coursepay/adapter-alipay'
import { startAlipaySandbox } from '@coursepay/adapter-alipay/sandbox'
import { inProcess } from '@coursepay/adapter-mq'
import { sqlStore } from '@coursepay/adapter-sql'
import { createCheckout } from '@coursepay/core'

const sandbox = await startAlipaySandbox() // a local Alipay; in production your own keys go into alipay(…)
const mailed = Promise.withResolvers<void>()

// #region sell
const checkout = await createCheckout({
  store: sqlStore({ url: 'sqlite::memory:' }),
  payments: alipay(sandbox.merchant),
  messages: inProcess(),
  publicUrl: 'https://shop.example/pay',
  products: { webinar: { orderType: '60301', priceOf: (id) => ({ price: 4_900, name: `Webinar ${id}` }) } },
})
await checkout.on('paid', 'mail', ({ userId, product, id, amount }) => {
  console.log('mail to', userId, 'for', product, id, amount, 'fen')
  mailed.resolve()
})
const { payment, payUrl } = await checkout.buy('zhang', { product: 'webinar', id: 'hexagons' })
// #endregion

if (payment === null) throw new Error('The webinar has a price.')
console.log('to be paid at', new URL(String(payUrl)).host)
const { callbacks, operator } = checkout.orders
await sandbox.buyer.pay((await callbacks.openPayPage({ token: payment.token })).url)
// The public address is not this machine: no notification arrives, so an operator queries Alipay.
await operator.queryNow(payment.payNo, { userId: payment.userId, operator: true })
await mailed.promise

await checkout.stop()
await sandbox.stop()
