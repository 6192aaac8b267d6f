import { describe, expect, it } from 'vitest'
import { chooseCourseSchema, courseTableRowSchema } from '../src/schemas/learning.js'
import { addOrder, MINUTE, members, openShop } from './shop.js'

const strictChoice = chooseCourseSchema.strict()

describe('POST /api/learning/choosecourse/:courseId', () => {
  it('answers a paid course as a choice that waits for its payment, with every member of the contract', async () => {
    const { zhang } = await openShop()
    const response = await zhang.post('/api/learning/choosecourse/1')
    expect(response.status).toBe(200)
    expect(response.headers.get('Cache-Control')).toBe('no-store')
    expect(await members(response)).toEqual({
      id: '7000000000000000001',
      courseId: '1',
      courseName: 'Java 高级',
      userId: 'zhang',
      orderType: '700002',
      coursePrice: '99.00',
      validDays: 365,
      status: '701002',
      createDate: '2026-01-02T11:04:05.678+08:00',
      validtimeStart: '2026-01-02T11:04:05.678+08:00',
      validtimeEnd: '2027-01-02T11:04:05.678+08:00',
      learnStatus: '702002',
    })
  })

  it('grants a free course at once', async () => {
    const { zhang } = await openShop()
    const choice = strictChoice.parse(await members(await zhang.post('/api/learning/choosecourse/2')))
    expect(choice).toMatchObject({ orderType: '700001', coursePrice: '0.00', status: '701001', learnStatus: '702001' })
  })

  it('answers the same choice when repeated', async () => {
    const { zhang } = await openShop()
    const first = await members(await zhang.post('/api/learning/choosecourse/1'))
    expect(await members(await zhang.post('/api/learning/choosecourse/1'))).toEqual(first)
  })

  it('answers 404 for a course that is not published, and 400 for an id that cannot be one', async () => {
    const { zhang } = await openShop()
    const unknown = await zhang.post('/api/learning/choosecourse/9')
    expect([unknown.status, await members(unknown)]).toMatchObject([404, { code: 'course_not_found' }])
    const malformed = await zhang.post(`/api/learning/choosecourse/${'1'.repeat(65)}`)
    expect([malformed.status, await members(malformed)]).toMatchObject([400, { code: 'invalid_id' }])
  })
})

describe('POST /api/learning/choosecourse/learnstatus/:courseId', () => {
  it('keeps every member, as null, for a user who never chose the course', async () => {
    const { zhang } = await openShop()
    const response = await zhang.post('/api/learning/choosecourse/learnstatus/1')
    expect(await members(response)).toEqual({
      id: null,
      courseId: '1',
      courseName: 'Java 高级',
      userId: 'zhang',
      orderType: null,
      coursePrice: null,
      validDays: null,
      status: null,
      createDate: null,
      validtimeStart: null,
      validtimeEnd: null,
      learnStatus: '702002',
    })
  })

  it('tells when a course has run out', async () => {
    const { zhang, clock } = await openShop()
    const choice = await members(await zhang.post('/api/learning/choosecourse/2'))
    clock.advance(30 * 24 * 60 * MINUTE)
    const status = strictChoice.parse(await members(await zhang.post('/api/learning/choosecourse/learnstatus/2')))
    expect(status).toEqual({ ...choice, learnStatus: '702003' })
  })

  it('answers 404 for an unknown course', async () => {
    const { zhang } = await openShop()
    expect((await zhang.post('/api/learning/choosecourse/learnstatus/9')).status).toBe(404)
  })
})

describe('GET /api/learning/mycoursetable', () => {
  it('is an empty page at first, with the page and size that stand for absent ones', async () => {
    const { zhang } = await openShop()
    const response = await zhang.get('/api/learning/mycoursetable')
    expect(await members(response)).toEqual({ items: [], counts: 0, page: 1, pageSize: 10 })
  })

  it('has the course once it is granted, for its user alone', async () => {
    const { zhang, li } = await openShop()
    const choice = await members(await zhang.post('/api/learning/choosecourse/2'))
    const { items, counts } = await members(await zhang.get('/api/learning/mycoursetable?page=1&size=5'))
    expect(counts).toBe(1)
    const rows = courseTableRowSchema.strict().array().parse(items)
    expect(rows).toEqual([
      {
        id: choice.id,
        chooseCourseId: choice.id,
        courseId: '2',
        courseName: '入门',
        userId: 'zhang',
        orderType: '700001',
        createDate: '2026-01-02T11:04:05.678+08:00',
        validtimeStart: '2026-01-02T11:04:05.678+08:00',
        validtimeEnd: '2026-02-01T11:04:05.678+08:00',
        learnStatus: '702001',
      },
    ])
    expect(await members(await li.get('/api/learning/mycoursetable'))).toMatchObject({ items: [], counts: 0 })
  })

  it('shows a course that ran out as expired', async () => {
    const { zhang, clock } = await openShop()
    await zhang.post('/api/learning/choosecourse/2')
    clock.advance(30 * 24 * 60 * MINUTE)
    const { items } = await members(await zhang.get('/api/learning/mycoursetable'))
    expect(items).toMatchObject([{ courseId: '2', learnStatus: '702003' }])
  })

  it('counts the whole table on a page behind its end', async () => {
    const { zhang } = await openShop()
    await zhang.post('/api/learning/choosecourse/2')
    const response = await zhang.get('/api/learning/mycoursetable?page=3&size=100')
    expect(await members(response)).toEqual({ items: [], counts: 1, page: 3, pageSize: 100 })
  })

  it.each(['page=0', 'page=-1', 'page=1.5', 'page=x', 'page=', 'page=1e3', 'size=0', 'size=101', 'size=abc'])(
    'refuses ?%s as malformed',
    async (query) => {
      const { zhang } = await openShop()
      const response = await zhang.get(`/api/learning/mycoursetable?${query}`)
      expect([response.status, await members(response)]).toMatchObject([400, { code: 'invalid_request' }])
    },
  )
})

describe('one purchase', () => {
  it('goes from choice to course table over HTTP alone', async () => {
    const shop = await openShop()
    const { zhang, nobody, app, gateway, scheduler } = shop
    const outBusinessId = await shop.choose()
    const code = await members(await zhang.post('/api/orders/generatepaycode', addOrder(outBusinessId)))
    const page = await nobody.get(new URL(String(code.payUrl)).pathname)
    expect(page.status).toBe(302)

    const payNo = [...shop.orderStore.rows.orders.values()][0]?.payments[0]?.payNo
    if (payNo === undefined) throw new Error('no pay record is stored')
    gateway.buyer.pay(payNo)
    const notified = await app.request('/api/orders/receivenotify', { method: 'POST', body: gateway.notify(payNo) })
    expect(await notified.text()).toBe('success')
    await scheduler.advance(1)

    const paid = await members(await zhang.get(`/api/orders/payresult?payNo=${code.payNo}`))
    expect(paid).toMatchObject({ payNo: code.payNo, status: '601002', outPayChannel: 'Alipay' })
    const learn = await members(await zhang.post('/api/learning/choosecourse/learnstatus/1'))
    expect(learn).toMatchObject({ id: outBusinessId, status: '701001', learnStatus: '702001' })
    const { items } = await members(await zhang.get('/api/learning/mycoursetable'))
    expect(items).toMatchObject([{ chooseCourseId: outBusinessId, courseId: '1', learnStatus: '702001' }])
  })
})
