import { describe, expect, it } from 'vitest'
import { assets, operatorAssets } from '../../../packages/http-hono/src/school/assets.js'
import { newestAttempt, ORIGIN, openPages, type Pages } from './open-pages.js'

const MINUTE = 60_000

/** An operator who is signed in, and a buyer with an open code. */
async function openOffice(pages?: Pages) {
  const office = pages ?? (await openPages())
  const operator = office.browser()
  await operator.submit('/operator/sign-in', { Origin: ORIGIN }, { token: await office.token('ops', ['operator']) })
  const buyer = office.browser()
  await buyer.submit('/courses/1/learn')
  const attempt = newestAttempt(office)
  return { ...office, operator, buyer, attempt, path: `/operator/payments/${attempt.payNo}` }
}

const diagnosisOf = (page: string) => /data-diagnosis="(\w+)"/.exec(page)?.[1]
const numberOf = (page: string) => /name="outRequestNo" value="([^"]+)"/.exec(page)?.[1] ?? ''

describe('finding a payment', () => {
  it('given its number or that of its order, then it is found; anything else is not', async () => {
    const { operator, attempt, path } = await openOffice()
    const find = async (number: string) =>
      (await operator.get(`/operator/find?number=${encodeURIComponent(number)}`)).headers.get('Location')
    expect(await find(attempt.payNo)).toBe(path)
    expect(await find(` ${attempt.orderId} `)).toBe(path)
    for (const number of ['', 'abc', '1', '99999999999999999999']) {
      expect(await find(number)).toBe('/operator?found=nothing')
    }
    expect(await operator.text('/operator?found=nothing')).toContain('没有找到')
  })
})

describe('the page of a payment', () => {
  it('given each state, then the page says what to do', async () => {
    const { operator, path, attempt, pay, notify, gateway } = await openOffice()
    const says = async () => diagnosisOf(await operator.text(path))
    expect(await says()).toBe('not_opened')
    await pay(attempt)
    gateway.answer('unknown')
    await operator.submit(`${path}/ask`)
    expect(await says()).toBe('gateway_unclear')
    await notify(attempt)
    expect(await says()).toBe('paid')
  })

  it('given a lost notification, when the operator asks now, then it is booked, and the picture shows what was missing', async () => {
    const { operator, path, attempt, pay, buyer } = await openOffice()
    await pay(attempt)
    const answer = await operator.submit(`${path}/ask`)
    expect(answer).toBe(`${path}?said=paid`)
    const page = await operator.text(answer)
    expect(page).toContain('支付宝返回：已付款')
    expect(diagnosisOf(page)).toBe('found_by_asking')
    expect(page).toContain('通知没有到达')
    expect(page).not.toContain('/ask')
    expect(await buyer.text('/orders')).toContain('已支付')
  })

  it('a notification that comes after the payment was found is not called lost', async () => {
    const { operator, path, attempt, pay, notify } = await openOffice()
    await pay(attempt)
    await operator.submit(`${path}/ask`)
    await notify(attempt)
    const page = await operator.text(path)
    expect(diagnosisOf(page)).toBe('notify_late')
    expect(page).not.toContain('通知没有到达')
  })

  it('a lost notification stays in view after a refund', async () => {
    const { operator, path, attempt, pay } = await openOffice()
    await pay(attempt)
    await operator.submit(`${path}/ask`)
    await operator.submit(
      `${path}/refunds`,
      { Origin: ORIGIN },
      { amount: '', reason: 'x', outRequestNo: 'R-1', confirmed: 'yes' },
    )
    const page = await operator.text(path)
    expect(diagnosisOf(page)).toBe('refunded')
    expect(page).toContain('通知没有到达')
  })

  it('given a forged notification, then it says that one was refused, also once the payment was found', async () => {
    const { operator, path, attempt, pay, orders } = await openOffice()
    await orders.callbacks.receiveNotify(new TextEncoder().encode(JSON.stringify({ outTradeNo: attempt.payNo })))
    const before = await operator.text(path)
    expect([diagnosisOf(before), before.includes('验签失败')]).toEqual(['notify_refused', true])
    await pay(attempt)
    await operator.submit(`${path}/ask`)
    expect(diagnosisOf(await operator.text(path))).toBe('found_after_refused_notify')
  })

  it('given a question that is asked again and again, then it is one line with how often', async () => {
    const { operator, path } = await openOffice()
    for (let asked = 0; asked < 60; asked += 1) await operator.submit(`${path}/ask`)
    const page = await operator.text(path)
    expect(page).toContain('主动查询 ×60')
    expect(page).toContain('交易不存在')
    expect(page).toContain('人工操作 ×60')
    expect(page).toContain('向支付宝查询 <code>ask by')
    expect(page.match(/<tr>/g)).toHaveLength(4)
  })

  it('given an unpaid order, when it is closed here, then it is closed', async () => {
    const { operator, path, buyer } = await openOffice()
    expect(await operator.submit(`${path}/close`)).toBe(`${path}?done=closed`)
    expect(diagnosisOf(await operator.text(path))).toBe('closed')
    expect(await buyer.text('/orders')).toContain('已关闭')
  })

  it('given an answer that nobody gives, then it is not shown', async () => {
    const { operator, path } = await openOffice()
    expect(await operator.text(`${path}?said=<b>x</b>`)).not.toContain('<b>x')
    expect(await operator.text(`${path}?done=<b>x</b>`)).not.toContain('<b>x')
  })
})

describe('refunds', () => {
  async function openPaid() {
    const office = await openOffice()
    await office.pay(office.attempt)
    await office.notify(office.attempt)
    const form = `${office.path}/refunds`
    const ask = (fields: Readonly<Record<string, string>>) => office.operator.show(form, fields)
    const send = (fields: Readonly<Record<string, string>>) =>
      office.operator.submit(form, { Origin: ORIGIN }, { ...fields, confirmed: 'yes' })
    return { ...office, ask, send, money: () => office.gateway.moneyOf(office.attempt.payNo).refunded }
  }

  it('given a part, sent twice from one page, then it goes back once; then all that is left', async () => {
    const { operator, path, send, money } = await openPaid()
    const outRequestNo = numberOf(await operator.text(path))
    const fields = { amount: '40.00', reason: '课程缺一节', outRequestNo }
    expect([await send(fields), await send(fields)]).toEqual([`${path}?done=refund`, `${path}?done=refund`])
    expect(money()).toBe(4_000)
    const page = await operator.text(path)
    expect(page).toContain('课程缺一节')
    expect(page).toContain('最多 ¥59.00')
    await send({ amount: '', reason: 'x', outRequestNo: numberOf(page) })
    expect(money()).toBe(9_900)
    expect(diagnosisOf(await operator.text(path))).toBe('refunded')
  })

  it.each([
    ['10', '10.00'],
    ['10.5', '10.50'],
    ['', '99.00'],
  ])('an amount of "%s" is confirmed as ¥%s before it goes back', async (amount, sum) => {
    const { ask, money } = await openPaid()
    const page = await ask({ amount, reason: '课程缺一节', outRequestNo: 'R-1' })
    expect([page.status, page.text]).toEqual([200, expect.stringContaining(`确认退款 ¥${sum}`)])
    expect(page.text).toContain('name="confirmed" value="yes"')
    expect(page.text).toContain(`name="amount" value="${sum}"`)
    expect(money()).toBe(0)
  })

  it('a refund that cannot be done leaves the form as it was written, with the reason', async () => {
    const { ask } = await openPaid()
    const page = await ask({ amount: '100', reason: '课程缺一节', outRequestNo: 'R-1' })
    expect(page.status).toBe(409)
    for (const kept of ['role="alert"', 'value="100"', 'value="课程缺一节"', 'value="R-1"'])
      expect(page.text).toContain(kept)
  })

  it('a refund of surplus or late money that failed stands under what needs attention, and the buyer reads it', async () => {
    const { operator, path, attempt, buyer, orders, notify, gateway, advance } = await openOffice()
    await orders.callbacks.openPayPage({ token: attempt.token })
    await operator.submit(`${path}/close`)
    gateway.buyer.pay(attempt.payNo)
    gateway.answer('no_trade')
    await notify(attempt)
    await advance(20_000)
    const overview = await operator.text('/operator')
    expect(overview).toContain('data-stuck="failedRefunds"')
    expect(overview).toContain('¥99.00 关单后到账')
    expect(diagnosisOf(await operator.text(path))).toBe('refund_failed')
    expect(await buyer.text('/orders')).toContain('退款 ¥99.00 暂未成功')
  })

  it.each([
    [{ amount: '99.01', reason: 'x' }, '422'],
    [{ amount: '1.001', reason: 'x' }, '400'],
    [{ amount: '1.00', reason: '' }, '400'],
    [{ amount: '-1', reason: 'x' }, '400'],
  ])('given %j, then it is refused and nothing goes back', async (fields, status) => {
    const { send, money } = await openPaid()
    expect(await send({ ...fields, outRequestNo: 'R-1' })).toBe(status)
    expect(money()).toBe(0)
  })
})

describe('the overview', () => {
  it('given nothing that waits, then it says so; given an order past its time, then it can be closed', async () => {
    const { operator, clock, attempt } = await openOffice()
    expect(await operator.text('/operator')).toContain('暂无待处理事项')
    clock.advance(31 * MINUTE)
    const page = await operator.text('/operator')
    expect(page).toContain('data-stuck="overdueOrders"')
    expect((await operator.get(`/operator/orders/${attempt.orderId}`)).headers.get('Location')).toContain(attempt.payNo)
    expect(await operator.submit(`/operator/orders/${attempt.orderId}/close`)).toBe('/operator?done=closed')
    expect(await operator.text('/operator')).not.toContain('data-stuck')
  })

  it('given a dead letter, when it is delivered again, then the course arrives', async () => {
    const { operator, broker, attempt, pay, notify, advance, buyer } = await openOffice()
    broker.answer('undeliverable')
    await pay(attempt)
    await notify(attempt)
    await advance(0)
    const [, path = ''] = /action="(\/operator\/outbox\/\d+\/redeliver)"/.exec(await operator.text('/operator')) ?? []
    broker.answer('confirm')
    expect(await operator.submit(path)).toBe('/operator?done=redelivered')
    await advance(0)
    expect(await operator.text('/operator')).not.toContain('data-stuck')
    expect(await buyer.text('/my-courses')).toContain('有效期至')
  })

  it('given an open refund, then it leads to its payment', async () => {
    const { operator, attempt, pay, notify, gateway, orders } = await openOffice()
    await pay(attempt)
    await notify(attempt)
    gateway.answer('unknown')
    await orders.service.refundOrder(
      attempt.orderId,
      { amount: null, reason: 'x', outRequestNo: null },
      { userId: attempt.userId, operator: true },
    )
    const page = await operator.text('/operator')
    expect(page).toContain('data-stuck="openRefunds"')
    expect(page).toContain(`href="/operator/payments/${attempt.payNo}"`)
  })

  it('given figures that change, then they are drawn over time', async () => {
    const { operator, attempt, pay, sample, app, gateway } = await openOffice()
    await sample()
    await pay(attempt)
    await app.request('/api/orders/receivenotify', { method: 'POST', body: gateway.notify(attempt.payNo) })
    await sample()
    const page = await operator.text('/operator')
    expect(page).toContain('全部 <strong>1</strong>')
    expect(page).toContain('已支付 <strong>1</strong>')
    expect(page).toContain('入账 <strong>1</strong>')
    const lines = [...page.matchAll(/<polyline points="([^"]*)"/g)].map(([, points]) => points)
    expect(lines[1]).toMatch(/^0,90 .* ?280,0$/)
  })

  it('given a store that is away, then the page says so, and the log knows', async () => {
    const { operator, orderStore, logged } = await openOffice()
    orderStore.faults.breakDown()
    expect((await operator.get('/operator')).status).toBe(503)
    expect(logged.join()).toContain('page_failed')
  })
})

describe('every page of the operator', () => {
  it('given the heaviest pages, then with all that they load they are under 30 KB, and run nothing but our own', async () => {
    const { operator, path, sample, attempt, pay, notify, broker, orders } = await openOffice()
    broker.answer('undeliverable')
    await pay(attempt)
    await notify(attempt)
    for (let count = 0; count < 70; count += 1) {
      await orders.callbacks.receiveNotify(new TextEncoder().encode(`${count}`))
      await sample()
    }
    const loaded = [assets.style, assets.icon, ...Object.values(operatorAssets)].map(({ text }) => text)
    for (const page of ['/operator', path, '/operator/sign-in']) {
      const response = await operator.get(page)
      const text = await response.text()
      expect(Buffer.byteLength(text + loaded.join('')), page).toBeLessThan(30 * 1_024)
      expect(response.headers.get('Content-Security-Policy')).not.toContain('unsafe')
      expect(text).not.toMatch(/ style=| on\w+=/)
    }
    for (const { address } of Object.values(operatorAssets)) expect((await operator.get(address)).status).toBe(200)
  })

  it('given English first, then no page has a Chinese word but in names', async () => {
    const { operator, path, attempt, pay, clock } = await openOffice()
    const english = { 'Accept-Language': 'en' }
    await pay(attempt)
    await operator.submit(`${path}/ask`)
    const reads = [await operator.text('/operator', english), await operator.text(`${path}?said=paid`, english)]
    clock.advance(31 * MINUTE)
    for (const page of [...reads, await operator.text('/operator/sign-in', english)]) {
      expect(page).toContain('<html lang="en">')
      expect(page).not.toMatch(/\p{Script=Han}/u)
    }
  })
})
