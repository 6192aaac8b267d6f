import { describe, expect, it } from 'vitest'
import { givenSandbox } from './support/given.js'
import { payAddress, query } from './support/merchant.js'

const bench = givenSandbox()

const post = (url: string, button: string) => fetch(`${url}/${button}`, { method: 'POST', redirect: 'manual' })

const openPage = async (order: Record<string, unknown> = {}) =>
  bench.sandbox.buyer.openPayPage(payAddress(bench.sdk, { out_trade_no: 'T1', ...order }, bench))

describe('the cashier page', () => {
  it('given an order, then it shows subject, amount and the time that is left', async () => {
    const { html } = await openPage({ subject: '数据库课程', time_expire: '2026-03-01 12:30:00' })

    expect(html).toContain('<p data-testid="subject">数据库课程</p>')
    expect(html).toContain('<span data-testid="amount">88.80</span>')
    expect(html).toContain('<span data-testid="time-left">30:00</span>')
    for (const button of ['pay', 'login', 'fail', 'quit']) expect(html).toContain(`data-testid="${button}"`)
  })

  it('given a subject that is HTML, then it is text on the page', async () => {
    const { html } = await openPage({ subject: `<script>alert("1")</script>&copy;'😀 50%` })

    expect(html).toContain('&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;copy;&#39;😀 50%')
    expect(html).not.toContain('<script')
  })

  it('given a page, then its policy allows no script, and forms only to itself and back to the merchant', async () => {
    const { url } = await openPage({ quit_url: 'https://shop.example/cart' })

    const { headers } = await fetch(url)

    const policy = headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'none'")
    expect(policy).not.toContain('script-src')
    expect(policy).toContain(`form-action 'self' ${bench.shop.url} https://shop.example;`)
    expect(policy).toContain("frame-ancestors 'none'")
    expect(headers.get('cache-control')).toBe('no-store')
  })

  it('given an unknown or malformed session, then the page is not found', async () => {
    const { url } = bench.sandbox

    expect((await fetch(`${url}/cashier/${'0'.repeat(32)}`)).status).toBe(404)
    expect((await fetch(`${url}/cashier/../x`)).status).toBe(404)
    expect((await post(`${url}/cashier/${'0'.repeat(32)}`, 'pay')).status).toBe(404)
  })

  it('given a button address, when it is only opened, then nothing happens', async () => {
    const { url } = await openPage()

    expect((await fetch(`${url}/pay`)).status).toBe(405)
    expect(bench.sandbox.trades.list()).toEqual([])
  })
})

describe('the buttons', () => {
  it('given login, then the trade waits for its buyer and the page comes back without the login button', async () => {
    const { url } = await openPage()

    const response = await post(url, 'login')

    expect(response.status).toBe(303)
    expect(new URL(response.headers.get('location') ?? '', url).href).toBe(url)
    expect(await (await fetch(url)).text()).not.toContain('data-testid="login"')
    expect(await query(bench.sdk, 'T1')).toMatchObject({
      trade_status: 'WAIT_BUYER_PAY',
      total_amount: '88.80',
      buyer_pay_amount: '0.00',
    })
    expect(bench.sandbox.trades.get('T1')?.tradeNo).toMatch(/^2026030122001\d{15}$/)
    expect(bench.shop.received).toEqual([])
  })

  it('given pay, then the browser is sent to return_url with signed fields and the own query kept', async () => {
    const address = bench.sdk.pageExecute('alipay.trade.wap.pay', 'GET', {
      bizContent: { out_trade_no: 'T1', total_amount: '88.80', subject: 's' },
      returnUrl: `${bench.shop.returnUrl}?lang=zh`,
    })

    const { location = '' } = await bench.sandbox.buyer.pay(address)

    const fields = Object.fromEntries(new URL(location).searchParams)
    expect(Object.keys(fields).sort()).toEqual(
      'app_id auth_app_id charset lang method out_trade_no seller_id sign sign_type timestamp total_amount trade_no version'.split(
        ' ',
      ),
    )
    expect(bench.sdk.checkNotifySignV2(fields)).toBe(false)
    const { lang, ...alipays } = fields
    expect(lang).toBe('zh')
    expect(bench.sdk.checkNotifySignV2(alipays)).toBe(true)
  })

  it('given page.pay, then the return address names its own method', async () => {
    const address = payAddress(bench.sdk, { out_trade_no: 'T1' }, { ...bench, method: 'alipay.trade.page.pay' })

    const { location = '' } = await bench.sandbox.buyer.pay(address)

    expect(new URL(location).searchParams.get('method')).toBe('alipay.trade.page.pay.return')
  })

  it('given no return_url, then a result page is shown', async () => {
    const { url } = await bench.sandbox.buyer.openPayPage(payAddress(bench.sdk, { out_trade_no: 'T1' }))

    const response = await post(url, 'pay')

    expect(response.status).toBe(200)
    expect(await response.text()).toContain('data-result="paid"')
  })

  it('given fail, then the trade exists unpaid and can still be paid', async () => {
    const { url } = await openPage()

    expect(await bench.sandbox.buyer.fail(url)).toEqual({ result: 'failed' })
    expect(bench.sandbox.trades.get('T1')?.status).toBe('WAIT_BUYER_PAY')
    expect(await bench.sandbox.buyer.pay(url)).toMatchObject({ result: 'paid' })
  })

  it('given quit, then the browser goes to quit_url bare, or to a page, and nothing changed', async () => {
    const { url } = await openPage({ quit_url: 'https://shop.example/cart?x=1' })
    const without = await bench.sandbox.buyer.openPayPage(payAddress(bench.sdk, { out_trade_no: 'T2' }))

    expect(await bench.sandbox.buyer.quit(url)).toEqual({ result: 'quit', location: 'https://shop.example/cart?x=1' })
    expect(await bench.sandbox.buyer.quit(without.url)).toEqual({ result: 'quit' })
    expect(bench.sandbox.trades.list()).toEqual([])
  })

  it('given a double click, then the second is told that the order is paid', async () => {
    const { url } = await openPage()

    const results = await Promise.all([bench.sandbox.buyer.pay(url), bench.sandbox.buyer.pay(url)])

    expect(results.map(({ result }) => result).sort()).toEqual(['paid', 'refused'])
    await bench.sandbox.settled()
    expect(bench.shop.received).toHaveLength(1)
  })
})

describe('the programmed buyer', () => {
  it('given a merchant page that holds the self-submitting form, then he gets to the cashier through it', async () => {
    const form = bench.sdk.pageExecute('alipay.trade.wap.pay', 'POST', {
      bizContent: { out_trade_no: 'T1', total_amount: '1.00', subject: '50% "off" <b>' },
    })
    bench.shop.answer = () => ({ text: `<html><body>${form}</body></html>` })

    expect(await bench.sandbox.buyer.pay(`${bench.shop.url}/p/token`)).toEqual({ result: 'paid' })
  })

  it('given a merchant page that redirects, then he follows', async () => {
    const location = payAddress(bench.sdk, { out_trade_no: 'T1' })
    bench.shop.answer = () => ({ status: 302, location })

    expect(await bench.sandbox.buyer.pay(`${bench.shop.url}/p/token`)).toEqual({ result: 'paid' })
  })

  it('given a merchant page that leads nowhere, then he says so', async () => {
    bench.shop.answer = () => ({ text: 'order closed' })

    await expect(bench.sandbox.buyer.pay(`${bench.shop.url}/p/token`)).rejects.toThrow('does not lead to the cashier')
  })
})
