import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { text, tokenFor } from '../src/demo-shop/api.js'
import { openShopProcess, order, orderBody, SECRET, type ShopProcess } from './support/shop-process.js'

interface Panel {
  readonly targets: readonly { readonly expr: string }[]
}

/** What other programs see, asked of a real server over real HTTP, on SQLite, with a local Alipay. */
describe('the server, seen from outside', () => {
  let shop: ShopProcess
  beforeAll(async () => {
    shop = await openShopProcess()
    await shop.start({ COURSES_FILE: '' })
  })
  afterAll(async () => await shop[Symbol.asyncDispose]())

  const send = async (user: string, path: string, body: unknown, contentType = 'application/json') => {
    const response = await fetch(`${shop.address()}${path}`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${await tokenFor(user, SECRET)}`, 'Content-Type': contentType },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })
    return {
      status: response.status,
      type: response.headers.get('Content-Type'),
      answer: Object(await response.json()),
    }
  }
  const notify = async (body: string) => {
    const response = await fetch(`${shop.address()}/api/orders/receivenotify`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded; text/html; charset=utf-8' },
      body,
    })
    return { status: response.status, word: await response.text() }
  }

  it('given 100 callers with one outBusinessId, then one order id for all of them and no error', async () => {
    const body = await orderBody(await shop.as('crowd'))
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => send('crowd', '/api/orders/generatepaycode', body)),
    )
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
    expect(new Set(answers.map(({ answer }) => answer.orderId)).size).toBe(1)
    expect(new Set(answers.map(({ answer }) => answer.payNo)).size).toBe(100)
    expect(BigInt(answers[0]?.answer.orderId)).toBeGreaterThan(2n ** 53n)
    const view = await (await shop.as('crowd')).get(`/api/orders/${answers[0]?.answer.orderId}`)
    expect(view.payRecords).toHaveLength(100)
  })

  it.each([
    ['a lower total', { totalPrice: '0.01' }, 422],
    ['a float', { totalPrice: 0.1 + 0.2 }, 400],
    ['three decimals', { totalPrice: '99.000' }, 400],
    ['1e21', { totalPrice: 1e21 }, 400],
    ['a negative total', { totalPrice: '-99.00' }, 400],
    ['a number as id', { outBusinessId: 2 ** 62 }, 400],
    ['goods that are no JSON', { orderDetail: 'x' }, 400],
    ['an order type that is a word of JavaScript', { orderType: 'constructor' }, 400],
    ['an unknown order type', { orderType: '60299' }, 422],
    ['10 MB', { orderDescrip: 'x'.repeat(10_000_000) }, 413],
  ])('given %s, then a clear refusal and nothing stored', async (what, change, status) => {
    const user = `bad-${what.replaceAll(/\W/g, '-')}`
    const api = await shop.as(user)
    const refused = await send(user, '/api/orders/generatepaycode', { ...(await orderBody(api)), ...change })
    expect(refused).toMatchObject({
      status,
      type: 'application/problem+json',
      answer: { status, code: expect.any(String) },
    })
    const accepted = await order(api)
    const view = await api.get(`/api/orders/${text(accepted, 'orderId')}`)
    expect(view).toMatchObject({ totalPrice: '99.00', payRecords: [{ payNo: accepted.payNo }] })
  })

  it("given another user's choice, then 404; given no token, a forged one or alg none, then 401", async () => {
    const body = await orderBody(await shop.as('owner'))
    expect((await send('thief', '/api/orders/generatepaycode', body)).status).toBe(404)
    const forged = await tokenFor('owner', 'another secret')
    const none = `${btoa('{"alg":"none"}').replaceAll('=', '')}.${btoa('{"sub":"owner"}').replaceAll('=', '')}.`
    for (const header of ['', `Bearer ${forged}`, `Bearer ${none}`]) {
      const path = `${shop.address()}/api/orders/generatepaycode`
      const { status } = await fetch(path, {
        method: 'POST',
        headers: { Authorization: header },
        body: JSON.stringify(body),
      })
      expect(status).toBe(401)
    }
  })

  it('given 50 copies of one notification at once, then 50 times success and the course once', async () => {
    const api = await shop.as('fifty')
    const payment = await order(api)
    const body = shop.sandbox.signNotify(notifyFields(text(payment, 'payNo')))
    const answers = await Promise.all(Array.from({ length: 50 }, () => notify(body)))
    expect(answers).toEqual(Array(50).fill({ status: 200, word: 'success' }))
    expect(await api.get(`/api/orders/payresult?payNo=${text(payment, 'payNo')}`)).toMatchObject({
      status: '601002',
      outPayChannel: 'Alipay',
      outPayNo: '2026112322001400000000000001',
    })
    expect(await api.get('/api/learning/mycoursetable')).toMatchObject({ counts: 1 })
  })

  it.each([
    ['total_amount', { total_amount: '0.01' }],
    ['app_id', { app_id: '2099000000000000' }],
    ['seller_id', { seller_id: '2088999999999999' }],
    ['out_trade_no', { out_trade_no: '7000000000000000001' }],
  ])(
    'given a %s that is not ours, signed by Alipay or not, then never success and nothing changed',
    async (name, change) => {
      const api = await shop.as(`mutation-${name}`)
      const payment = await order(api)
      const fields = notifyFields(text(payment, 'payNo'))
      const unsigned = new URLSearchParams(shop.sandbox.signNotify(fields))
      for (const [key, value] of Object.entries(change)) unsigned.set(key, value)
      for (const body of [shop.sandbox.signNotify({ ...fields, ...change }), unsigned.toString()]) {
        expect(await notify(body)).toEqual({ status: 200, word: 'fail' })
      }
      const view = await api.get(`/api/orders/${text(payment, 'orderId')}`)
      expect(view).toMatchObject({ status: '600001', payRecords: [{ status: '601001', outPayNo: null }] })
    },
  )

  it.each([
    ['another sign', (form: URLSearchParams) => form.set('sign', 'AAAA')],
    ['an extra field', (form: URLSearchParams) => form.append('extra', '1')],
    ['a repeated key', (form: URLSearchParams) => form.append('total_amount', '99.00')],
    ['sign_type RSA', (form: URLSearchParams) => form.set('sign_type', 'RSA')],
    ['sign_type __proto__', (form: URLSearchParams) => form.set('sign_type', '__proto__')],
  ])('given a notification with %s, then fail, never a 5xx', async (_, change) => {
    const payment = await order(await shop.as('mutant'))
    const form = new URLSearchParams(shop.sandbox.signNotify(notifyFields(text(payment, 'payNo'))))
    change(form)
    expect(await notify(form.toString())).toEqual({ status: 200, word: 'fail' })
  })

  it.each([
    ['the notification is lost', { at: 'notify', kind: 'drop' }, '601002'],
    ['Alipay does not answer', { at: 'gateway', kind: 'hang', method: 'alipay.trade.query' }, '601001'],
    ['Alipay answers 502', { at: 'gateway', kind: 'http_status', status: 502, times: 1 }, '601001'],
    ['Alipay answers an unknown error', { at: 'gateway', kind: 'unknown_error', times: 1 }, '601001'],
    ['the answer is not signed by Alipay', { at: 'gateway', kind: 'bad_sign', times: 1 }, '601001'],
  ] as const)('given that %s, when the buyer asks, then the stored state is right', async (what, fault, status) => {
    const api = await shop.as(`lost-${what.replaceAll(/\W/g, '-')}`)
    const payment = await order(api)
    const lost = shop.sandbox.fault({ at: 'notify', kind: 'drop', outTradeNo: text(payment, 'payNo') })
    await shop.sandbox.buyer.pay(text(payment, 'payUrl'))
    await shop.sandbox.settled()
    const broken = shop.sandbox.fault({ ...fault, outTradeNo: text(payment, 'payNo') })
    expect(await api.get(`/api/orders/payresult?payNo=${text(payment, 'payNo')}`)).toMatchObject({ status })
    expect(await api.get(`/api/orders/${text(payment, 'orderId')}`)).toMatchObject({
      status: status === '601002' ? '600002' : '600001',
    })
    lost.remove()
    broken.remove()
  })

  it('given metrics, then states, ages, verdicts, answers and lag are counted, and no token stands in them', async () => {
    const text = await (await fetch(`${shop.address()}/metrics`)).text()
    for (const name of [
      'orders',
      'pay_records',
      'oldest_seconds',
      'notifications_total',
      'gateway_answers',
      'outbox_oldest_seconds',
    ]) {
      expect(text).toContain(`coursepay_${name}`)
    }
    expect(text).toMatch(/coursepay_orders\{state="600002"\} [1-9]/)
    expect(text).toMatch(/coursepay_gateway_answers\{call="query",kind="unknown"\} [1-9]/)
    expect(text).not.toMatch(/\/p\/[\w-]{22}/)
  })

  it('given the dashboard, then each figure and each label that it asks for is in the metrics', async () => {
    const metrics = await (await fetch(`${shop.address()}/metrics`)).text()
    const { panels } = JSON.parse(
      await readFile(join(import.meta.dirname, '../../deploy/grafana-dashboard.json'), 'utf8'),
    )
    const asked: string[] = panels.flatMap(({ targets }: Panel) => targets.map(({ expr }) => expr))
    expect(asked.length).toBeGreaterThan(10)
    for (const expr of asked) {
      const [name = ''] = /coursepay_\w+/.exec(expr) ?? []
      expect(metrics, expr).toContain(`# TYPE ${name.replace(/_bucket$/, '')} `)
      const samples = metrics.split('\n').filter((line) => line.startsWith(`${name}{`))
      const labels = [...expr.matchAll(/by \(([^)]*)\)|(\w+)="/g)].flatMap(
        ([, by, one]) => by?.split(', ') ?? one ?? [],
      )
      // A shop with keys has no certificate to measure.
      for (const label of samples.length > 0 ? labels : []) expect(samples[0], expr).toContain(`${label}="`)
    }
  })
})

describe('a name of the catalogue', () => {
  const names = ['50% off', 'a &copy; &amp; b', `"q" 'q'`, 'emoji 😀', '<script>alert(1)</script>', '中文 课程']

  it.each(names)(
    '%s reaches Alipay unchanged, whatever the buyer calls it, and no page runs it',
    async (courseName) => {
      await using shop = await openShopProcess()
      const folder = await mkdtemp(join(tmpdir(), 'coursepay-'))
      onTestFinished(() => rm(folder, { recursive: true }))
      const COURSES_FILE = join(folder, 'courses.json')
      await writeFile(COURSES_FILE, JSON.stringify([{ courseId: '1', courseName, price: '99.00', validDays: 1 }]))
      await shop.start({ COURSES_FILE })
      const api = await shop.as('zhang')
      const body = { ...(await orderBody(api)), orderName: 'a name of the buyer' }
      const payment = await api.post('/api/orders/generatepaycode', body)
      const page = await shop.sandbox.buyer.openPayPage(text(payment, 'payUrl'))
      expect(page.html).not.toContain('<script>alert')
      expect((await shop.sandbox.buyer.pay(page.url)).result).toBe('paid')
      await shop.sandbox.settled()
      expect(shop.sandbox.trades.get(text(payment, 'payNo'))?.subject).toBe(courseName)
      for (const address of [text(payment, 'payUrl'), `${shop.address()}/`]) {
        expect(await (await fetch(address)).text()).not.toContain('<script>alert')
      }
    },
  )
})

const notifyFields = (payNo: string) => ({
  out_trade_no: payNo,
  trade_no: '2026112322001400000000000001',
  trade_status: 'TRADE_SUCCESS',
  total_amount: '99.00',
  subject: '涨幅 100% &copy; 😀',
  gmt_create: '2026-11-23 12:00:00',
  gmt_payment: '2026-11-23 12:00:01',
})
