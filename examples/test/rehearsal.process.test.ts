import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { expect, it, onTestFinished } from 'vitest'
import { apiOf, text, tokenFor } from '../src/demo-shop/api.js'
import { run } from './support/process.js'
import { order, SECRET } from './support/shop-process.js'
import { until } from './support/until.js'

const DAY_MS = 86_400_000
const BEIJING_MS = 8 * 3_600_000
const SANDBOX = '../../packages/adapter-alipay/dist/sandbox/main.js'

it('a reconciliation can be rehearsed on a sandbox in a process of its own, with the settings that it prints', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'coursepay-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const sandbox = run(SANDBOX, {}, ['--keys', join(folder, 'keys'), '--time-scale', '0.001'])
  onTestFinished(() => void sandbox.kill('SIGKILL'))
  await sandbox.shows(/SANDBOX_TOKEN=\w+/)
  const { SANDBOX_TOKEN, SANDBOX_CONTROL, ...alipay } = parseEnv(sandbox.output())
  const control = async (path: string, body: object = {}) => {
    const headers = { Authorization: `Bearer ${SANDBOX_TOKEN}` }
    const response = await fetch(`${SANDBOX_CONTROL}/${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
    expect(response.status).toBe(200)
  }
  const settings = { ...alipay, JWT_SECRET: SECRET, PORT: '0', DATABASE_URL: `sqlite:${join(folder, 'shop.db')}` }
  const server = run('apps/server/main.js', settings)
  onTestFinished(() => void server.kill('SIGKILL'))
  const [, port] = await server.shows(/"port":(\d+)/)
  const api = apiOf(`http://127.0.0.1:${port}`, await tokenFor('zhang', SECRET))

  const payment = await order(api)
  await control('pay', { payUrl: payment.payUrl })
  await control('settled')
  const paid = await until(
    () => api.get(`/api/orders/payresult?payNo=${text(payment, 'payNo')}`),
    ({ status }) => status === '601002',
  )
  await control('clock', { advanceMs: DAY_MS })
  const day = new Date(Date.parse(text(paid, 'paySuccessTime')) + BEIJING_MS).toISOString().slice(0, 10)
  const reconcile = run('apps/reconcile/main.js', settings, ['--date', day])
  expect([await reconcile.ended(), reconcile.output()]).toEqual([
    0,
    expect.stringMatching(/payments +1 +99\.00 +1 +99\.00/),
  ])
})
