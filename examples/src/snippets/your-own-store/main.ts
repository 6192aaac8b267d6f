import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { alipay } from '@coursepay/adapter-alipay'
import { startAlipaySandbox } from '@coursepay/adapter-alipay/sandbox'
import { inProcess } from '@coursepay/adapter-mq'
import { courses, createCheckout, userId } from '@coursepay/core'
import { fileStore } from './file-store.js'

const folder = mkdtempSync(join(tmpdir(), 'coursepay-'))
const sandbox = await startAlipaySandbox()
const list = [{ courseId: '1', courseName: 'Java', price: 9_900, validDays: 365 }]

const openShop = () =>
  // #region use
  createCheckout({
    store: fileStore(join(folder, 'shop')),
    payments: alipay(sandbox.merchant),
    messages: inProcess(),
    publicUrl: 'https://shop.example/pay',
    products: { course: courses(list) },
  })
// #endregion

const zhang = userId('zhang')
const shop = await openShop()
const { payment } = await shop.buy(zhang, { product: 'course', id: '1' })
if (payment === null) throw new Error('The course has a price.')
const page = await shop.orders.callbacks.openPayPage({ token: payment.token })
console.log('the buyer pays:', (await sandbox.buyer.pay(page.url)).result)
await shop.stop()

// The process starts again. No notification has come: the order is found in the file, and Alipay is asked.
const restarted = await openShop()
const paid = await restarted.orders.service.queryPayResult(payment.payNo, { userId: zhang, operator: false })
console.log('after a restart the payment is', paid.status)
await restarted.stop()
await sandbox.stop()
rmSync(folder, { recursive: true })
