import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { alipay } from '@coursepay/adapter-alipay'
import { startAlipaySandbox } from '@coursepay/adapter-alipay/sandbox'
import { inProcess } from '@coursepay/adapter-mq'
import { sqlStore } from '@coursepay/adapter-sql'
import { createCheckout } from '@coursepay/core'
import Database from 'better-sqlite3'

const folder = mkdtempSync(join(tmpdir(), 'own-database-'))
const sandbox = await startAlipaySandbox()
const database = new Database(join(folder, 'shop.db'))
database.exec('CREATE TABLE seat (webinar TEXT, user TEXT)')

const checkout = await createCheckout({
  store: sqlStore({ url: `sqlite:${database.name}`, tablePrefix: 'pay_' }),
  payments: alipay(sandbox.merchant),
  messages: inProcess(),
  publicUrl: 'https://shop.example/pay',
  products: { webinar: { orderType: '60301', priceOf: (id) => ({ price: 4_900, name: `Webinar ${id}` }) } },
})

// #region transaction
async function reserve(user: string, webinar: string): Promise<void> {
  database.exec('BEGIN IMMEDIATE')
  try {
    database.prepare('INSERT INTO seat VALUES (?, ?)').run(webinar, user)
    await checkout.buy(user, { product: 'webinar', id: webinar }, { transaction: database })
    if (user === 'li') throw new Error('no seat is left')
    database.exec('COMMIT')
  } catch (error) {
    database.exec('ROLLBACK') // seat, order and payment
    throw error
  }
}
// #endregion

await reserve('zhang', 'hexagons')
await reserve('li', 'hexagons').catch((error) => console.log('li:', error.message))
const count = (table: string) => database.prepare(`SELECT COUNT(*) FROM ${table}`).pluck().get()
console.log('seats:', count('seat'), 'orders:', count('pay_xc_orders'))

await checkout.stop()
await sandbox.stop()
database.close()
rmSync(folder, { recursive: true })
