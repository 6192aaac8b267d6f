import { courseId } from '@coursepay/core'
import { describe, expect, it } from 'vitest'
import { csvLine } from '../src/order-csv.js'
import { addOrder, members, openShop, orderDetail, paidCourse, payCode, type Shop } from './shop.js'

type Code = Pick<Awaited<ReturnType<typeof payCode>>, 'path' | 'payNo'>

async function pay({ app, gateway }: Shop, code: Code) {
  await app.request(code.path)
  gateway.buyer.pay(code.payNo as never)
  await app.request('/api/orders/receivenotify', { method: 'POST', body: gateway.notify(code.payNo as never) })
}

/** zhang's orders of so many courses, each a minute after the one before. */
async function ordersOf(shop: Shop, names: readonly string[]) {
  const codes = []
  for (const [index, courseName] of names.entries()) {
    const id = `course-${index}`
    shop.learningStore.publish({ ...paidCourse, courseId: courseId(id), courseName })
    const { id: outBusinessId } = await members(await shop.zhang.post(`/api/learning/choosecourse/${id}`))
    const body = addOrder(outBusinessId, { orderDetail: orderDetail({ goodsId: id }) })
    const { payNo, orderId, payUrl } = await members(await shop.zhang.post('/api/orders/generatepaycode', body))
    const path = new URL(String(payUrl)).pathname
    codes.push({ path, payNo: String(payNo), orderId: String(orderId), outBusinessId: String(outBusinessId) })
    shop.clock.advance(60_000)
  }
  return codes
}

const found = async (shop: Shop, query: string) => {
  const answer = await members(await shop.operator.get(`/api/ops/orders?${query}`))
  const items: { id: string; status: string }[] = Object(answer.items)
  return { ids: items.map(({ id }) => id), items, next: answer.next }
}

describe('GET /api/ops/orders', () => {
  it('finds orders newest first, page by page', async () => {
    const shop = await openShop()
    const [first, second, third] = await ordersOf(shop, ['Java', 'Rust', 'Go'])
    const page = await found(shop, 'size=2')
    expect(page.ids).toEqual([third?.orderId, second?.orderId])
    const rest = await found(shop, `size=2&after=${String(page.next)}`)
    expect([rest.ids, rest.next]).toEqual([[first?.orderId], null])
  })

  it('takes every filter, and an empty one for none', async () => {
    const shop = await openShop()
    const [first, second] = await ordersOf(shop, ['Java', 'Rust'])
    if (first === undefined || second === undefined) throw new Error('no orders')
    await pay(shop, first)
    const order = await members(await shop.operator.get(`/api/orders/${first.orderId}`))
    const { outPayNo } = Object(order.payRecords)[0]
    const from = encodeURIComponent(String(order.createDate))
    const both = [second.orderId, first.orderId]
    for (const [query, ids] of [
      ['status=600002', [first.orderId]],
      ['status=600001', [second.orderId]],
      ['userId=zhang', both],
      ['userId=li', []],
      [`orderId=${second.orderId}`, [second.orderId]],
      [`outBusinessId=${first.outBusinessId}`, [first.orderId]],
      [`outPayNo=${outPayNo}`, [first.orderId]],
      [`from=${from}`, both],
      [`to=${from}`, []],
      [`from=${String(order.createDate)}`, both],
      [`from=${String(order.createDate).slice(0, 10)}&to=${String(order.createDate).slice(0, 10)}`, both],
      ['minAmount=99.00&maxAmount=99.00', both],
      ['minAmount=99.01', []],
      ['status=&userId=&orderId=&outBusinessId=&outPayNo=&from=&to=&minAmount=&maxAmount=&after=', both],
    ] as const) {
      expect([query, (await found(shop, query)).ids]).toEqual([query, ids])
    }
  })

  it.each([
    'status=1',
    'status=constructor',
    'orderId=x',
    'from=yesterday',
    'to=2026-13-01',
    'from=2026-02-30',
    'to=2026-02-30T00:00:00.000Z',
    'minAmount=1e3',
    'after=1',
    'size=101',
    'size=0',
    'outPayNo=a%20b',
    'userId=a&userId=b',
  ])('refuses %s', async (query) => {
    const { operator } = await openShop()
    expect((await operator.get(`/api/ops/orders?${query}`)).status).toBe(400)
  })
})

describe('GET /api/ops/orders.csv', () => {
  it('is a file that a spreadsheet reads without losing a digit', async () => {
    const shop = await openShop()
    const [code] = await ordersOf(shop, ['微服务, "实战"'])
    if (code === undefined) throw new Error('no order')
    await pay(shop, code)
    await shop.operator.post(`/api/orders/${code.orderId}/refunds`, { amount: '9.00', reason: 'x' })
    const response = await shop.operator.get('/api/ops/orders.csv')
    expect(response.headers.get('Content-Type')).toBe('text/csv; charset=utf-8')
    expect(response.headers.get('Content-Disposition')).toBe('attachment; filename="orders.csv"')
    const bytes = new Uint8Array(await response.arrayBuffer())
    expect([...bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf])
    const [head, line, end] = new TextDecoder().decode(bytes).split('\r\n')
    expect(head?.split(',')).toEqual([
      ...['orderId', 'outBusinessId', 'orderType', 'userId', 'orderName', 'totalPrice', 'status', 'createDate'],
      ...['payNo', 'outPayNo', 'paySuccessTime', 'refunded'],
    ])
    expect(line).toContain(`${code.orderId}\t,${code.outBusinessId}\t,60201,zhang\t,"微服务, ""实战""",99.00,600002,`)
    expect(line).toMatch(new RegExp(`,${code.payNo}\\t,[^,]+\\t,[^,]+\\+08:00,9\\.00$`))
    expect(end).toBe('')
  })

  it('has every order that matches, however many pages they are', async () => {
    const shop = await openShop({ writeLimit: null })
    await ordersOf(
      shop,
      Array.from({ length: 450 }, (_, number) => `course ${number}`),
    )
    const lines = (await (await shop.operator.get('/api/ops/orders.csv?userId=zhang')).text()).trimEnd().split('\r\n')
    expect(lines).toHaveLength(451)
    expect(new Set(lines).size).toBe(451)
    expect((await (await shop.operator.get('/api/ops/orders.csv?userId=li')).text()).split('\r\n')).toHaveLength(2)
  })

  it('is a problem, and no half a file, while the store is away', async () => {
    const shop = await openShop()
    shop.orderStore.faults.breakDown()
    expect((await shop.operator.get('/api/ops/orders.csv')).status).toBe(503)
  })

  it.each([
    ['=1+1', "'=1+1"],
    ['+1', "'+1"],
    ['-1', "'-1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\tx', "'\tx"],
    ['\rx', '"\'\rx"'],
    ['a=1', 'a=1'],
    ['a,b', '"a,b"'],
    ['a"b', '"a""b"'],
    ['a\nb', '"a\nb"'],
    ['', ''],
  ])('writes the cell %j as %j', (cell, written) => {
    expect(csvLine([cell, 'x'])).toBe(`${written},x\r\n`)
  })
})

describe('GET /api/ops/actions', () => {
  it('says who did what to an order, when and why', async () => {
    const shop = await openShop()
    const code = await payCode(shop)
    await pay(shop, code)
    await shop.operator.post(`/api/orders/${code.orderId}/refunds`, { reason: '课程缺一节' })
    for (const query of ['', '?subject=', `?subject=${code.orderId}`]) {
      const { items } = await members(await shop.operator.get(`/api/ops/actions${query}`))
      expect(items).toMatchObject([
        {
          actor: 'ops',
          kind: 'refund',
          orderId: code.orderId,
          reason: '课程缺一节',
          at: expect.stringMatching(/\+08:00$/),
        },
      ])
    }
    expect(await members(await shop.operator.get('/api/ops/actions?subject=1'))).toEqual({ items: [] })
  })
})

describe('POST /api/ops/payments/{payNo}/resolve', () => {
  /** Money that came after its order was closed, and is held. */
  async function held() {
    const shop = await openShop({}, 'hold')
    const code = await payCode(shop)
    await shop.app.request(code.path)
    await shop.zhang.post(`/api/orders/${code.orderId}/close`)
    shop.gateway.buyer.pay(code.payNo as never)
    await shop.app.request('/api/orders/receivenotify', {
      method: 'POST',
      body: shop.gateway.notify(code.payNo as never),
    })
    return {
      shop,
      code,
      resolve: (body: object) => shop.operator.post(`/api/ops/payments/${code.payNo}/resolve`, body),
    }
  }

  it('ends held money once: of two decisions one wins', async () => {
    const { shop, code, resolve } = await held()
    expect(Object((await members(await shop.operator.get('/api/ops/stuck'))).heldPayments)).toMatchObject([
      { payNo: code.payNo },
    ])
    const first = await resolve({ decision: 'fulfil', reason: 'the buyer asked for it' })
    expect([first.status, await members(first)]).toMatchObject([200, { payNo: code.payNo, status: '601002' }])
    const second = await resolve({ decision: 'refund', reason: 'x' })
    expect([second.status, await members(second)]).toMatchObject([409, { code: 'payment_not_held' }])
    expect(await members(await shop.zhang.get(`/api/orders/${code.orderId}`))).toMatchObject({ status: '600002' })
  })

  it('refuses another decision, one without a reason, and a payment without held money', async () => {
    const shop = await openShop()
    const { payNo } = await payCode(shop)
    const path = `/api/ops/payments/${payNo}/resolve`
    expect((await shop.operator.post(path, { decision: 'keep', reason: 'x' })).status).toBe(400)
    for (const reason of [undefined, '', '  ']) {
      expect((await shop.operator.post(path, { decision: 'refund', reason })).status).toBe(400)
    }
    expect((await shop.operator.post(path, { decision: 'refund', reason: 'x' })).status).toBe(409)
    expect((await shop.zhang.post(path, { decision: 'refund', reason: 'x' })).status).toBe(403)
  })
})

describe('POST /api/ops/entitlements', () => {
  const grant = { userId: 'li', courseId: '1', reason: 'staff', key: 'K-1' }

  it('gives a course once for each key, and takes it away', async () => {
    const { operator, li } = await openShop()
    const first = await members(await operator.post('/api/ops/entitlements', { ...grant, days: 30 }))
    expect(first).toMatchObject({ userId: 'li', courseId: '1', learnStatus: '702001' })
    expect(await members(await operator.post('/api/ops/entitlements', { ...grant, days: 30 }))).toEqual(first)
    expect(await members(await li.get('/api/learning/mycoursetable'))).toMatchObject({ counts: 1 })
    expect(await members(await operator.post('/api/ops/entitlements', grant))).toEqual(first)
    for (const content of [{ userId: 'wang' }, { days: 31 }]) {
      const other = await operator.post('/api/ops/entitlements', { ...grant, ...content })
      expect([other.status, await members(other)]).toMatchObject([409, { code: 'business_id_conflict' }])
    }
    const revoke = { userId: 'li', courseId: '1', reason: 'left' }
    expect(await members(await operator.post('/api/ops/entitlements/revoke', revoke))).toEqual({ revoked: true })
    expect(await members(await operator.post('/api/ops/entitlements/revoke', revoke))).toEqual({ revoked: false })
    expect(await members(await li.get('/api/learning/mycoursetable'))).toMatchObject({ counts: 0 })
  })

  it('a learning centre of its own shows who did it, and why', async () => {
    const { operator, li } = await openShop({ orders: undefined, operator: undefined, operatorViews: undefined })
    await operator.post('/api/ops/entitlements', grant)
    const { items } = await members(await operator.get('/api/ops/actions?subject=li'))
    expect(items).toMatchObject([{ kind: 'grant', actor: 'ops', reason: 'staff', detail: 'course 1' }])
    expect((await li.get('/api/ops/actions')).status).toBe(403)
  })

  it.each([
    [{ days: 0 }],
    [{ days: 1.5 }],
    [{ reason: '' }],
    [{ key: '' }],
    [{ key: 'a b' }],
    [{ userId: '张三' }],
    [{ courseId: 1 }],
  ])('refuses %j', async (changes) => {
    const { operator } = await openShop()
    expect((await operator.post('/api/ops/entitlements', { ...grant, ...changes })).status).toBe(400)
  })

  it('is for operators, and not for auditors', async () => {
    const shop = await openShop()
    const auditor = await shop.as('audit', ['auditor'])
    for (const caller of [shop.zhang, auditor]) {
      expect((await caller.post('/api/ops/entitlements', grant)).status).toBe(403)
      expect((await caller.post('/api/ops/entitlements/revoke', grant)).status).toBe(403)
    }
    for (const path of ['orders', 'orders.csv', 'actions']) {
      expect((await auditor.get(`/api/ops/${path}`)).status).toBe(200)
      expect((await shop.zhang.get(`/api/ops/${path}`)).status).toBe(403)
    }
  })
})

describe('POST /api/orders/generatepaycode', () => {
  it('answers 429 above 200 codes a day', async () => {
    const shop = await openShop({ writeLimit: null })
    const outBusinessId = await shop.choose()
    const send = () => shop.zhang.post('/api/orders/generatepaycode', addOrder(outBusinessId))
    for (let count = 0; count < 200; count += 1) expect((await send()).status).toBe(200)
    const refused = await send()
    expect([refused.status, refused.headers.get('Retry-After')]).toEqual([429, '3600'])
    expect(await members(refused)).toMatchObject({ code: 'too_many_attempts' })
  })

  it('answers 409 for a choice whose price is out of date', async () => {
    const shop = await openShop()
    const outBusinessId = await shop.choose()
    shop.learningStore.publish({ ...paidCourse, price: 8_800 as typeof paidCourse.price })
    const refused = await shop.zhang.post('/api/orders/generatepaycode', addOrder(outBusinessId))
    expect([refused.status, await members(refused)]).toMatchObject([409, { code: 'choice_outdated' }])
  })
})
