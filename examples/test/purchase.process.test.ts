import { describe, expect, it } from 'vitest'
import { text } from '../src/demo-shop/api.js'
import { run } from './support/process.js'
import { openShopProcess, order, SECRET } from './support/shop-process.js'
import { until } from './support/until.js'

describe('the server as a process', () => {
  it('given kill -9 right after success was answered, when it starts again, then the course is in the table, once', async () => {
    await using shop = await openShopProcess()
    const first = await shop.start()
    const api = await shop.as('zhang')
    const payment = await order(api)
    // Killed by the test at the very moment when Alipay has its answer.
    const serverProcessKilled = shop.sandbox.buyer.pay(text(payment, 'payUrl')).then(async () => {
      await shop.sandbox.settled()
      return first.kill('SIGKILL')
    })
    expect(await serverProcessKilled).toBe('SIGKILL')
    expect(shop.sandbox.notifications().at(-1)?.state).toBe('acknowledged')

    await shop.start()
    const table = () => api.get('/api/learning/mycoursetable')
    expect(await until(table, ({ counts }) => counts !== 0)).toMatchObject({ counts: 1, items: [{ courseId: '1' }] })
    expect(await api.get(`/api/orders/payresult?payNo=${text(payment, 'payNo')}`)).toMatchObject({ status: '601002' })
  })

  it('given kill -9 before the notification came, when it starts again, then the repeated notification books it', async () => {
    await using shop = await openShopProcess()
    const first = await shop.start()
    const api = await shop.as('zhang')
    const payment = await order(api)
    const page = await shop.sandbox.buyer.openPayPage(text(payment, 'payUrl'))
    await first.kill('SIGKILL')
    await shop.sandbox.buyer.pay(page.url)
    await shop.start()
    const table = () => api.get('/api/learning/mycoursetable')
    expect(await until(table, ({ counts }) => counts !== 0)).toMatchObject({ counts: 1 })
  })

  it('given SIGTERM, then it exits with 0, and the same worker number is free at once', async () => {
    await using shop = await openShopProcess()
    const first = await shop.start()
    await order(await shop.as('zhang'))
    expect(await first.kill('SIGTERM')).toBe(0)
    await shop.start()
    await order(await shop.as('li'))
  })

  it('given a log, then it holds no key, no secret and no pay token', async () => {
    await using shop = await openShopProcess()
    const server = await shop.start()
    const payment = await order(await shop.as('zhang'))
    await shop.sandbox.buyer.pay(text(payment, 'payUrl'))
    await shop.sandbox.settled()
    await server.shows(/"verdict":"booked"/)
    const token = new URL(text(payment, 'payUrl')).pathname.replace('/p/', '')
    for (const secret of [token, 'a secret of the tests, long enough', 'MII', 'buyer_logon_id', '159****']) {
      expect(server.output()).not.toContain(secret)
    }
  })

  it('given wrong settings, then it names every mistake and ends with 1', async () => {
    const server = run('apps/server/main.js', {
      PORT: '70000',
      ORDER_TTL: 'soon',
      PAYMENT_LATE_POLICY: 'keep',
      ALIPAY_APP_ID: '2021',
      ALIPAY_GATEWAY: 'nowhere',
      COURSES_FILE: '/nowhere.json',
      DATABASE_URL: 'postgres://root:hunter2@127.0.0.1/shop',
      AMQP_URL: 'http://127.0.0.1',
      AMQP_QUEUE_TYPE: 'lazy',
      PRICE_SOURCE_60201: 'nowhere',
      PRICE_SOURCE_60202: 'ftp://127.0.0.1',
      PUBLIC_BASE_URL: 'shop',
    })
    expect(await server.ended()).toBe(1)
    for (const name of [
      ...['PORT', 'ORDER_TTL', 'PAYMENT_LATE_POLICY', 'ALIPAY_PRIVATE_KEY', 'ALIPAY_GATEWAY', 'COURSES_FILE'],
      ...['DATABASE_URL', 'AMQP_URL', 'AMQP_QUEUE_TYPE', 'PRICE_SOURCE_60201', 'PRICE_SOURCE_60202'],
      ...['PUBLIC_BASE_URL', 'JWT_SECRET or JWKS_URL'],
    ]) {
      expect(server.output()).toContain(name)
    }
    expect(server.output()).not.toMatch(/ {4}at |hunter2/)
  })

  it('given a database that cannot be reached, then it says so in a sentence and ends with 1', async () => {
    const server = run('apps/server/main.js', {
      DATABASE_URL: 'mysql://root:hunter2@127.0.0.1:1/shop',
      JWT_SECRET: 'a secret of the tests, long enough',
      PORT: '0',
    })
    expect(await server.ended()).toBe(1)
    expect(server.output()).toMatch(/database cannot be reached/)
    expect(server.output()).not.toMatch(/ {4}at |hunter2/)
  })

  it('given no way to tell who is asking, then it refuses to start', async () => {
    const server = run('apps/server/main.js', { DATABASE_URL: 'sqlite::memory:', PORT: '0' })
    expect(await server.ended()).toBe(1)
    expect(server.output()).toMatch(/JWT_SECRET or JWKS_URL/)
  })
})

describe('the bundled sandbox', () => {
  const settings = { DATABASE_URL: 'sqlite::memory:', JWT_SECRET: SECRET, PORT: '0' }

  it('the server starts it on loopback with a warning', async () => {
    const server = run('apps/server/main.js', settings)
    await server.shows(/"level":40.*Alipay sandbox: anybody can pay without money/)
    await server.shows(/"port":\d+/)
    expect(await server.kill('SIGTERM')).toBe(0)
  })

  it.each([{ NODE_ENV: 'production' }, { PUBLIC_BASE_URL: 'https://shop.test' }, { ALIPAY_APPID: '2021' }])(
    'the server refuses to start it with %o',
    async (given) => {
      const server = run('apps/server/main.js', { ...settings, ...given })
      expect(await server.ended()).toBe(1)
      expect(server.output()).toMatch(/^ {2}ALIPAY_\w*\*?: /m)
    },
  )
})

describe('the demo', () => {
  it('given --once, then it prints each step of a purchase and ends with 0', async () => {
    const demo = run('demo-shop/main.js', { DATABASE_URL: 'sqlite::memory:' }, ['--once'])
    expect(await demo.ended()).toBe(0)
    for (const step of [
      'choose the course',
      'QR code',
      'cashier',
      'success',
      '601002',
      'payresult_notify',
      '"totalPrice":"99.00"',
      '702001',
    ]) {
      expect(demo.output()).toContain(step)
    }
  })

  it('given no --once, then it tells how to buy, and SIGINT ends it', async () => {
    const demo = run('demo-shop/main.js', { DATABASE_URL: 'sqlite::memory:', PORT: '0' })
    const [, token] = await demo.shows(/TOKEN=(\S+)/)
    const [, base] = await demo.shows(/open at (\S+)/)
    await demo.shows(/Ctrl-C/)
    const answer = await fetch(`${base}/api/learning/choosecourse/3`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${token}` },
    })
    expect(await answer.json()).toMatchObject({ courseId: '3', learnStatus: '702001' })
    expect(await demo.kill('SIGINT')).toBe(0)
  })
})
