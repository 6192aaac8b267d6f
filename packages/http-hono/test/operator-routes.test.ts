import { describe, expect, it } from 'vitest'
import { members, openShop, payCode } from './shop.js'

type Code = Awaited<ReturnType<typeof payCode>>

async function pay({ app, gateway }: Awaited<ReturnType<typeof openShop>>, code: Code) {
  await app.request(code.path)
  gateway.buyer.pay(code.payNo as never)
  const body = gateway.notify(code.payNo as never)
  expect(await (await app.request('/api/orders/receivenotify', { method: 'POST', body })).text()).toBe('success')
}

async function paidOrder() {
  const shop = await openShop()
  const payment = await payCode(shop)
  await pay(shop, payment)
  return { shop, operator: shop.operator, payment, moneyOf: () => shop.gateway.moneyOf(payment.payNo as never) }
}

const refunds = (orderId: string) => `/api/orders/${orderId}/refunds`

describe('refunds over HTTP', () => {
  it('given a paid order, when an operator refunds a part twice under one number, then it goes back once', async () => {
    const { operator, payment, moneyOf } = await paidOrder()
    const body = { amount: '40.00', reason: '课程缺一节', outRequestNo: 'R-1' }
    const first = await operator.post(refunds(payment.orderId), body)
    expect([first.status, await first.json()]).toEqual([
      200,
      {
        id: expect.stringMatching(/^\d{19}$/),
        outRequestNo: 'R-1',
        orderId: payment.orderId,
        payNo: payment.payNo,
        amount: '40.00',
        reason: '课程缺一节',
        cause: 'operator',
        status: 'succeeded',
        createDate: expect.stringMatching(/\+08:00$/),
        finishDate: expect.stringMatching(/\+08:00$/),
      },
    ])
    await operator.post(refunds(payment.orderId), body)
    expect(moneyOf()).toEqual({ received: 9_900, refunded: 4_000 })
  })

  it('given no amount, then all that is left goes back, and order and payment say so', async () => {
    const { operator, payment } = await paidOrder()
    expect(await (await operator.post(refunds(payment.orderId), { reason: 'all' })).json()).toMatchObject({
      amount: '99.00',
    })
    expect(await (await operator.get(`/api/orders/${payment.orderId}`)).json()).toMatchObject({
      status: '600004',
      payRecords: [{ status: '601003' }],
      refunds: [{ status: 'succeeded' }],
    })
  })

  it.each([
    ['a float', { amount: 0.1 + 0.2, reason: 'x' }, 400, 'invalid_amount'],
    ['three decimals', { amount: '1.000', reason: 'x' }, 400, 'invalid_amount'],
    ['nothing', { amount: '0.00', reason: 'x' }, 400, 'invalid_amount'],
    ['more than was paid', { amount: '99.01', reason: 'x' }, 422, 'refund_too_large'],
    ['no reason', { amount: '1.00' }, 400, 'invalid_request'],
    ['a strange number', { amount: '1.00', reason: 'x', outRequestNo: 'a b' }, 400, 'invalid_request'],
  ])('given %s, then it is refused and nothing goes back', async (_, body, status, code) => {
    const { operator, payment, moneyOf } = await paidOrder()
    const answer = await operator.post(refunds(payment.orderId), body)
    expect([answer.status, (await members(answer)).code]).toEqual([status, code])
    expect(moneyOf().refunded).toBe(0)
  })

  it('given a buyer, nobody, or an unpaid order, then 403, 401 and 409', async () => {
    const { shop, payment } = await paidOrder()
    const body = { reason: 'x' }
    expect((await shop.zhang.post(refunds(payment.orderId), body)).status).toBe(403)
    expect((await shop.app.request(refunds(payment.orderId), { method: 'POST' })).status).toBe(401)
    const unpaid = await openShop()
    expect((await unpaid.operator.post(refunds((await payCode(unpaid)).orderId), body)).status).toBe(409)
  })
})

describe('what operators see over HTTP', () => {
  it('given a payment, then its timeline is a list in order', async () => {
    const { operator, payment } = await paidOrder()
    const answer = await operator.get(`/api/ops/payments/${payment.payNo}/timeline`)
    const events = Array.from(Object(await answer.json()), (event: { kind: string; at: string }) => event)
    expect(events.map(({ kind }) => kind)).toEqual(['created', 'paid', 'notify'])
    expect(events[0]?.at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+08:00$/)
  })

  it('given a lost notification, when an operator asks the gateway, then the payment is booked, and a second question changes nothing', async () => {
    const shop = await openShop()
    const code = await payCode(shop)
    const ask = () => shop.operator.post(`/api/ops/payments/${code.payNo}/ask`)
    expect(await (await ask()).json()).toMatchObject({ said: 'no_trade', payRecord: { status: '601001' } })
    await shop.app.request(code.path)
    shop.gateway.buyer.pay(code.payNo as never)
    for (let times = 0; times < 2; times += 1) {
      const answer = await ask()
      expect([answer.status, await answer.json()]).toMatchObject([
        200,
        { said: 'paid', payRecord: { payNo: code.payNo, status: '601002' } },
      ])
    }
    expect((await shop.operator.post('/api/ops/payments/1/ask')).status).toBe(404)
    expect((await shop.zhang.post(`/api/ops/payments/${code.payNo}/ask`)).status).toBe(403)
  })

  it('given a surplus refund that Alipay refused, then it is stuck, with what to do', async () => {
    const shop = await openShop()
    const [first, second] = [await payCode(shop), await payCode(shop)]
    await shop.app.request(second.path)
    await pay(shop, first)
    shop.gateway.buyer.pay(second.payNo as never)
    await shop.operator.post(`/api/ops/payments/${second.payNo}/ask`)
    shop.gateway.answer('no_trade')
    await shop.scheduler.advance(10_000)
    expect(await (await shop.operator.get('/api/ops/stuck')).json()).toMatchObject({
      openRefunds: [{ payNo: second.payNo, status: 'failed', why: expect.stringMatching(/refund the order again/) }],
    })
  })

  it('given an operator’s refund that Alipay refused, then it is stuck in words of its own, until it is refunded', async () => {
    const { shop, operator, payment } = await paidOrder()
    const { gateway } = shop.gateway
    const { refund } = gateway
    Object.assign(gateway, { refund: async () => ({ kind: 'refused', reason: 'ACQ.SELLER_BALANCE_NOT_ENOUGH' }) })
    const body = { amount: '40.00', reason: 'x', outRequestNo: 'R1' }
    expect(await members(await operator.post(refunds(payment.orderId), body))).toMatchObject({ status: 'failed' })
    const openRefunds = async () => Object(await (await operator.get('/api/ops/stuck')).json()).openRefunds
    expect(await openRefunds()).toMatchObject([
      { outRequestNo: 'R1', status: 'failed', why: expect.stringMatching(/an operator's refund/) },
    ])
    Object.assign(gateway, { refund })
    expect(await members(await operator.post(refunds(payment.orderId), body))).toMatchObject({ status: 'succeeded' })
    expect(await openRefunds()).toEqual([])
  })

  it('given a dead letter, then it is shown as stuck, can be redelivered once, and the course arrives', async () => {
    const shop = await openShop()
    const { operator } = shop
    shop.broker.answer('undeliverable')
    await pay(shop, await payCode(shop))
    await shop.scheduler.advance(0)
    const stuck = Object(await (await operator.get('/api/ops/stuck')).json())
    expect(stuck).toMatchObject({ outbox: { dead: 1 }, deadMessages: [{ messageType: 'payresult_notify' }] })
    shop.broker.answer('confirm')
    const path = `/api/ops/outbox/${stuck.deadMessages[0].id}/redeliver`
    expect(await (await operator.post(path)).json()).toMatchObject({
      id: stuck.deadMessages[0].id,
      businessKey2: '60201',
    })
    await shop.scheduler.advance(0)
    expect(await (await shop.zhang.get('/api/learning/mycoursetable')).json()).toMatchObject({ counts: 1 })
    expect((await operator.post(path)).status).toBe(404)
  })

  it.each(['/api/ops/stuck', '/api/ops/payments/7123456789012345678/timeline'])(
    'given a buyer at %s, then 403',
    async (path) => {
      const shop = await openShop()
      expect((await shop.zhang.get(path)).status).toBe(403)
    },
  )
})

describe('an auditor', () => {
  it('reads what operators read, and changes nothing', async () => {
    const { shop, payment } = await paidOrder()
    const auditor = await shop.as('audit', ['auditor'])
    const order = await auditor.get(`/api/orders/${payment.orderId}`)
    expect([order.status, (await auditor.get('/api/ops/stuck')).status]).toEqual([200, 200])
    expect((await auditor.get(`/api/ops/payments/${payment.payNo}/timeline`)).status).toBe(200)
    for (const path of [
      refunds(payment.orderId),
      `/api/ops/payments/${payment.payNo}/ask`,
      '/api/ops/outbox/1/redeliver',
    ]) {
      const response = await auditor.post(path, { reason: 'x' })
      expect([path, response.status]).toEqual([path, 403])
    }
    expect((await auditor.post(`/api/orders/${payment.orderId}/close`)).status).toBe(404)
  })
})

describe('the reason of a refund', () => {
  it('is shown to operators and auditors, and not to the buyer', async () => {
    const { shop, operator, payment } = await paidOrder()
    await operator.post(refunds(payment.orderId), { reason: 'fraud suspected' })
    const auditor = await shop.as('audit', ['auditor'])
    for (const reader of [operator, auditor]) {
      expect(await (await reader.get(`/api/orders/${payment.orderId}`)).text()).toContain('fraud suspected')
    }
    for (const path of [`/api/orders/${payment.orderId}`, '/api/orders']) {
      const text = await (await shop.zhang.get(path)).text()
      expect(text).toContain('"refunds":[{')
      expect(text).not.toContain('fraud suspected')
    }
  })
})
