import { fen, OrderStatus, type Payment } from '@coursepay/core'
import { readOrderDetail } from '@coursepay/core/ports'
import { describe, expect, it } from 'vitest'
import { assets, operatorAssets } from '../../../packages/http-hono/src/school/assets.js'
import { newestAttempt, ORIGIN, openPages } from './open-pages.js'

/** An operator who is signed in, and a shop where everybody buys. */
async function openOffice() {
  const office = await openPages()
  const operator = office.browser()
  await operator.submit('/operator/sign-in', { Origin: ORIGIN }, { token: await office.token('ops', ['operator']) })
  const order = async (): Promise<Payment> => {
    await office.browser().submit('/courses/1/learn')
    return newestAttempt(office)
  }
  return { ...office, operator, order }
}

const ordersOn = (page: string) => [...page.matchAll(/href="\/operator\/orders\/(\d+)"/g)].map(([, id]) => id)

describe('the list of orders', () => {
  it('shows the newest first, and leads to the payment of each', async () => {
    const { operator, order } = await openOffice()
    const [first, second] = [await order(), await order()]
    const page = await operator.text('/operator/orders')
    expect(ordersOn(page)).toEqual([second.orderId, first.orderId])
    expect(page).toContain('待支付')
    const { headers } = await operator.get(`/operator/orders/${first.orderId}`)
    expect(headers.get('Location')).toBe(`/operator/payments/${first.payNo}`)
  })

  it('finds by state, user, time, amount and Alipay trade number, and keeps what was written', async () => {
    const { operator, order, pay, notify, orderStore } = await openOffice()
    const paid = await order()
    await pay(paid)
    await notify(paid)
    const { outPayNo } = newestAttempt({ orderStore } as never)
    const other = await order()
    const find = async (query: string) => ordersOn(await operator.text(`/operator/orders?${query}`))
    expect(await find(`status=${OrderStatus.paid}`)).toEqual([paid.orderId])
    expect(await find(`userId=+${other.userId}+`)).toEqual([other.orderId])
    expect(await find(`outPayNo=${outPayNo}`)).toEqual([paid.orderId])
    expect(await find('minAmount=99&maxAmount=99.0')).toHaveLength(2)
    expect(await find('minAmount=99.01')).toEqual([])
    expect(await find('from=2000-01-01&to=2000-01-02')).toEqual([])
    const page = await operator.text(`/operator/orders?status=${OrderStatus.paid}&minAmount=10&from=2020-01-01`)
    expect(page).toMatch(/<option value="600002" selected[^>]*>/)
    expect(page).toContain('name="minAmount" value="10"')
    expect(page).toContain('href="/operator/orders.csv?status=600002&amp;from=2020-01-01&amp;minAmount=10"')
  })

  it('goes through all orders page by page, each once, with the filter', async () => {
    const { operator, order } = await openOffice()
    const ids: string[] = []
    for (let count = 0; count < 45; count += 1) ids.unshift((await order()).orderId)
    const seen: (string | undefined)[] = []
    let path: string | undefined = `/operator/orders?status=${OrderStatus.unpaid}`
    let pages = 0
    while (path !== undefined && pages < 5) {
      const page: string = await operator.text(path)
      seen.push(...ordersOn(page))
      pages += 1
      path = /href="([^"]*after=[^"]*)"/.exec(page)?.[1]?.replaceAll('&amp;', '&')
    }
    expect([pages, seen]).toEqual([3, ids])
  })

  it('gives the orders that match as a file, and nobody else', async () => {
    const { operator, order, pay, notify, browser } = await openOffice()
    const paid = await order()
    await pay(paid)
    await notify(paid)
    await order()
    const answer = await operator.get(`/operator/orders.csv?status=${OrderStatus.paid}&minAmount=10`)
    expect(answer.headers.get('Content-Type')).toBe('text/csv; charset=utf-8')
    const lines = (await answer.text()).trim().split('\r\n')
    expect(lines).toHaveLength(2)
    expect(lines[1]).toContain(`${paid.orderId}\t`)
    for (const path of ['/operator/orders.csv', '/operator/orders']) {
      expect((await browser().get(path)).headers.get('Location')).toBe('/operator/sign-in')
    }
  })

  it.each([
    ['a strange amount', 'minAmount=1,00'],
    ['a strange date', 'from=yesterday'],
    ['a strange state', 'status=paid'],
    ['a strange position', 'after=x'],
  ])('given %s, then it says so and keeps the form', async (_, query) => {
    const { operator } = await openOffice()
    for (const path of ['/operator/orders', '/operator/orders.csv']) {
      const answer = await operator.get(`${path}?userId=zhang&${query}`)
      const page = await answer.text()
      expect(answer.status).toBe(400)
      expect(page).toContain('role="alert"')
      expect(page).toContain('name="userId" value="zhang"')
    }
  })

  it('says when nothing matches, in both languages, and is light', async () => {
    const { operator, order } = await openOffice()
    expect(await operator.text('/operator/orders?userId=nobody')).toContain('没有符合条件的订单')
    const english = { 'Accept-Language': 'en' }
    expect(await operator.text('/operator/orders?userId=nobody', english)).toContain('No order matches')
    for (let count = 0; count < 21; count += 1) await order()
    const page = await operator.text('/operator/orders', english)
    expect(page).not.toMatch(/\p{Script=Han}/u)
    expect(page).not.toMatch(/ style=| on\w+=/)
    const loaded = [assets.style, assets.icon, ...Object.values(operatorAssets)].map(({ text }) => text)
    expect(Buffer.byteLength(page + loaded.join(''))).toBeLessThan(30 * 1_024)
  })
})

describe('every answer of the console and the shop', () => {
  it('tells the browser to guess no type, redirects and refusals too', async () => {
    const { operator, order, browser } = await openOffice()
    const { payNo, orderId } = await order()
    const stranger = browser()
    const answers = [
      await stranger.get('/operator'),
      await stranger.get('/operator/orders.csv'),
      await operator.get(`/operator/find?number=${payNo}`),
      await operator.get(`/operator/orders/${orderId}`),
      await operator.get('/operator/orders.csv'),
      await operator.get('/operator/payments/1'),
      await stranger.get('/courses/1'),
      await stranger.get('/courses/1/nothing'),
    ]
    expect(answers.map(({ status }) => status)).toEqual([303, 303, 303, 303, 200, 404, 200, 404])
    for (const { headers } of answers) expect(headers.get('X-Content-Type-Options')).toBe('nosniff')
  })

  it('refuses a form that is too large, and no failure of ours is shown', async () => {
    const { operator } = await openOffice()
    const { status, text } = await operator.show('/operator/sign-in', { token: 'x'.repeat(20_000) })
    expect([status, text]).toEqual([413, expect.stringContaining('body_too_large')])
  })
})

describe('a refund that Alipay refused', () => {
  it('stands under what needs attention in words of its own, and can be tried again from its payment', async () => {
    const { operator, order, pay, notify, gateway, orders } = await openOffice()
    const payment = await order()
    await pay(payment)
    await notify(payment)
    const { refund } = gateway.gateway
    Object.assign(gateway.gateway, { refund: async () => ({ kind: 'refused', reason: 'x' }) })
    const asked = { amount: fen(4_000), reason: '课程缺一节', outRequestNo: 'R1' }
    await orders.service.refundOrder(payment.orderId, asked, { userId: payment.userId, operator: true })
    Object.assign(gateway.gateway, { refund })
    const overview = await operator.text('/operator')
    expect(overview).toContain('data-stuck="refusedRefunds"')
    expect(overview).toContain('人工退款失败')
    const path = `/operator/payments/${payment.payNo}`
    expect(await operator.text(path)).toContain('重新退款')
    const fields = { amount: '40.00', reason: '课程缺一节', outRequestNo: 'R1' }
    expect((await operator.show(`${path}/refunds`, fields)).text).toContain('确认退款 ¥40.00')
    await operator.submit(`${path}/refunds`, { Origin: ORIGIN }, { ...fields, confirmed: 'yes' })
    expect(await operator.text('/operator')).not.toContain('data-stuck')
    expect(await operator.text(path)).not.toContain('重新退款')
  })

  it('of money that came twice can be tried again from its payment, too', async () => {
    const { operator, order, pay, notify, gateway, orders, scheduler } = await openOffice()
    const first = await order()
    const known = await orders.service.getOrder(first.orderId, { userId: first.userId, operator: false })
    const request = { ...known, goods: readOrderDetail(known.orderDetail) }
    const second = await orders.service.createOrder(first.userId, request)
    for (const payment of [first, second]) await pay(payment)
    await notify(first)
    const { refund } = gateway.gateway
    Object.assign(gateway.gateway, { refund: async () => ({ kind: 'refused', reason: 'x' }) })
    await notify(second)
    await scheduler.advance(20_000)
    Object.assign(gateway.gateway, { refund })
    expect(await operator.text('/operator')).toContain('data-stuck="failedRefunds"')
    const path = `/operator/payments/${second.payNo}`
    expect(await operator.text(path)).toContain('重新退款')
    const fields = { amount: '99.00', reason: 'paid twice', outRequestNo: `${second.payNo}-surplus`, confirmed: 'yes' }
    await operator.submit(`${path}/refunds`, { Origin: ORIGIN }, fields)
    expect(await operator.text('/operator')).not.toContain('data-stuck')
  })
})
