import { serve } from '@hono/node-server'
import { AlipaySdk } from 'alipay-sdk'
import amqp from 'amqplib'
import { Hono } from 'hono'
import { verify } from 'hono/jwt'
import { createOrder } from './seed/create-order.js'
import { saveAlipayStatus } from './seed/save-alipay-status.js'
import { openSeedDatabase } from './seed/seed-database.js'

// The seed's order service, ported line by line to the libraries that we use too.

const setting = (name: string) => process.env[name] ?? ''
const secret = setting('JWT_SECRET')
const database = openSeedDatabase(setting('DATABASE_URL'))
const sdk = new AlipaySdk({
  appId: setting('ALIPAY_APP_ID'),
  privateKey: setting('ALIPAY_PRIVATE_KEY'),
  alipayPublicKey: setting('ALIPAY_PUBLIC_KEY'),
  keyType: 'PKCS8',
})
const connection = setting('AMQP_URL') === '' ? null : await amqp.connect(setting('AMQP_URL'))
const channel = connection === null ? null : await connection.createConfirmChannel()
await channel?.assertExchange(setting('AMQP_EXCHANGE'), 'fanout', { durable: true })

const app = new Hono()
app.get('/readyz', (c) => c.text('ok'))
app.post('/api/orders/generatepaycode', async (c) => {
  const token = (c.req.header('Authorization') ?? '').replace('Bearer ', '')
  const { sub } = await verify(token, secret, 'HS256')
  return c.json(await createOrder(database, String(sub), await c.req.json(), setting('SEED_QR')))
})
app.post('/api/orders/receivenotify', async (c) => {
  const form = await c.req.text()
  const fields = Object.fromEntries(new URLSearchParams(form))
  if (!sdk.checkNotifySignV2(fields)) return c.text('fail')
  if (fields.trade_status === 'TRADE_SUCCESS') {
    await saveAlipayStatus(database, fields, { channel, exchange: setting('AMQP_EXCHANGE') })
  }
  return c.text('success')
})
serve({ fetch: app.fetch, port: Number(process.env.PORT), hostname: '127.0.0.1' })
process.once('SIGTERM', () => process.exit(0))
