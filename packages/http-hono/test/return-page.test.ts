import { createHash } from 'node:crypto'
import { fen, OrderStatus, type PaymentCallbacks, PayStatus, payNo } from '@coursepay/core'
import { sampleOrder } from '@coursepay/core/contracts'
import type { ReturnedPayment } from '@coursepay/core/ports'
import { describe, expect, it } from 'vitest'
import { MINUTE, openShop, payCode } from './shop.js'

const heading = (page: string) => /<h1>(.*?)<\/h1>/.exec(page)?.[1]
const refreshOf = (page: string) => /<meta http-equiv="refresh" content="(.*?)">/.exec(page)?.[1]
const links = (page: string) => [...page.matchAll(/<a [^>]*href="([^"]*)"/g)].map(([, address]) => address)
const afterPaymentUrl = 'https://shop.example/my-courses'
const ENGLISH = { 'Accept-Language': 'en-GB' }

describe('GET /p/:token/return', () => {
  it('given a payment that has arrived, then says so, with what was paid, and looks no more', async () => {
    const shop = await openShop({ afterPaymentUrl })
    const { path, payNo: number } = await payCode(shop, { orderName: 'a <b>' })
    await shop.nobody.get(path)
    shop.gateway.buyer.pay(payNo(number))
    const response = await shop.nobody.get(`${path}/return`)
    expect(response.status).toBe(200)
    const page = await response.text()
    expect(heading(page)).toBe('支付成功')
    for (const text of ['¥99.00', 'a &lt;b&gt;', '请回到刚才下单的页面']) expect(page).toContain(text)
    expect([refreshOf(page), links(page)]).toEqual([undefined, []])
  })

  it('given the device that the buyer shops on, then leads on to the course table; given another, then not', async () => {
    const shop = await openShop({ afterPaymentUrl })
    const { path, payNo: number } = await payCode(shop)
    await shop.nobody.get(path)
    shop.gateway.buyer.pay(payNo(number))
    expect(links(await (await shop.zhang.get(`${path}/return`)).text())).toEqual([afterPaymentUrl])
    expect(links(await (await shop.li.get(`${path}/return`)).text())).toEqual([])
  })

  it('given an address that says it is paid, when nothing was paid, then the page does not say paid', async () => {
    const shop = await openShop({ afterPaymentUrl })
    const { path, token, payNo: number } = await payCode(shop)
    await shop.nobody.get(path)
    const claims = new URLSearchParams({ out_trade_no: number, trade_status: 'TRADE_SUCCESS', total_amount: '99.00' })
    const page = await (await shop.zhang.get(`${path}/return?${claims}`)).text()
    expect(heading(page)).toBe('正在确认付款结果')
    expect(refreshOf(page)).toBe('3;url=return?look=2')
    expect(links(page)).toEqual(['return?look=2', `../${token}`])
    expect([...shop.orderStore.rows.orders.values()]).toMatchObject([{ status: OrderStatus.unpaid }])
  })

  it('given a page that is left open, then it looks ever more seldom, and takes any number for the first', async () => {
    const shop = await openShop()
    const { path } = await payCode(shop)
    const seconds = async (look: string) =>
      Number(refreshOf(await (await shop.nobody.get(`${path}/return?look=${look}`)).text())?.split(';')[0])
    expect(await Promise.all(['1', '2', '4', '9', '100', 'x', '0'].map(seconds))).toEqual([3, 4, 10, 29, 60, 3, 3])
  })

  it('given that its time is over, then there is nothing to pay, and it still looks; once closed, a late payment may yet come', async () => {
    const shop = await openShop()
    const { path } = await payCode(shop)
    shop.clock.advance(30 * MINUTE)
    const expired = await (await shop.nobody.get(`${path}/return`)).text()
    expect([heading(expired), refreshOf(expired), links(expired)]).toEqual([
      '还没有收到付款',
      '3;url=return?look=2',
      ['return?look=2'],
    ])
    await shop.scheduler.advance(10_000)
    const closed = await (await shop.nobody.get(`${path}/return`)).text()
    expect([heading(closed), refreshOf(closed)]).toEqual(['订单已关闭', '3;url=return?look=2'])
  })

  const order = { ...sampleOrder(1, { orderName: 'Java' }), status: OrderStatus.paid }
  const [payment] = order.payments
  const returning = (changes: Partial<ReturnedPayment['payment']>): PaymentCallbacks => ({
    openPayPage: async () => ({ url: 'https://gateway.example', orderName: '', totalPrice: fen(1) }),
    receiveNotify: async () => ({ answer: 'fail', verdict: 'rejected' }),
    async returnFromPayPage() {
      if (payment === undefined) throw new Error('The sample order has a payment.')
      return { payment: { ...payment, ...changes }, order }
    },
  })

  it.each([
    [{ status: PayStatus.paid, receipt: 'surplus' }, '款项将原路退回', 'Your money will be refunded'],
    [{ status: PayStatus.paid, receipt: 'held' }, '付款待人工处理', 'Our staff will check your payment'],
    [{ status: PayStatus.refunded, receipt: 'booked' }, '订单已退款', 'This order was refunded'],
    [{ status: PayStatus.closed }, '支付成功', 'Payment received'],
  ] as const)(
    'given an attempt that is %j of a paid order, then says it in both languages',
    async (changes, zh, en) => {
      const payments = returning(changes)
      const { nobody, app } = await openShop({ payments })
      expect(heading(await (await nobody.get('/p/token/return')).text())).toBe(zh)
      const english = await (await app.request('/p/token/return', { headers: ENGLISH })).text()
      expect(heading(english)).toBe(en)
      expect(english).not.toMatch(/\p{Script=Han}/u)
    },
  )

  it('given a token of nobody, or a store that is away, then says that kindly', async () => {
    const shop = await openShop()
    const { path } = await payCode(shop)
    const unknown = await shop.nobody.get('/p/unknown/return')
    expect([unknown.status, heading(await unknown.text())]).toEqual([404, '支付记录不存在，请重新获取二维码'])
    shop.orderStore.faults.breakDown()
    const away = await shop.nobody.get(`${path}/return`)
    const page = await away.text()
    expect([away.status, heading(page)]).toEqual([503, '系统繁忙，请稍后重试'])
    expect(page).toContain('请不要重复支付')
  })

  it('looks again by a script of its own, or by a refresh where scripts are off', async () => {
    const shop = await openShop()
    const { path } = await payCode(shop)
    const page = await (await shop.nobody.get(`${path}/return`)).text()
    expect(page).toContain('<noscript><meta http-equiv="refresh" content="3;url=return?look=2"></noscript>')
    expect(page).toContain('<main aria-live="polite" data-seconds="3" data-again="return?look=2">')
    const [, script = ''] = /<script>([^<]*)<\/script>/.exec(page) ?? []
    const hash = createHash('sha256').update(script).digest('base64')
    const { headers } = await shop.nobody.get(`${path}/return`)
    expect(headers.get('Content-Security-Policy')).toContain(`script-src 'sha256-${hash}'`)
  })

  it('runs nothing else, is framed by nobody, and tells no other site its address', async () => {
    const shop = await openShop()
    const { path } = await payCode(shop)
    const { headers } = await shop.nobody.get(`${path}/return`)
    expect(headers.get('Content-Security-Policy')).toMatch(/^default-src 'none'; style-src 'sha256-/)
    expect([headers.get('Referrer-Policy'), headers.get('Cache-Control')]).toEqual(['no-referrer', 'no-store'])
  })
})
