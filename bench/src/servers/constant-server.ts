import { serve } from '@hono/node-server'
import { Hono } from 'hono'

// Hono answering a constant: what a request costs when nothing is done.
const app = new Hono()
app.get('/readyz', (c) => c.text('ok'))
app.get('/api/orders/payresult', (c) => c.text('constant'))
serve({ fetch: app.fetch, port: Number(process.env.PORT), hostname: '127.0.0.1' })
process.once('SIGTERM', () => process.exit(0))
