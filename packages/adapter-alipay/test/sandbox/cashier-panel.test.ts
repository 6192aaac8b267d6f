import { describe, expect, it } from 'vitest'
import { RETRY_DELAYS_MS } from '../../sandbox/index.js'
import { givenSandbox } from './support/given.js'
import { payAddress } from './support/merchant.js'

const bench = givenSandbox()

const MINUTE = 60_000

const open = async (order: Record<string, unknown> = {}) => {
  const page = await bench.sandbox.buyer.openPayPage(payAddress(bench.sdk, { out_trade_no: 'T1', ...order }, bench))
  return page.url
}

/** Presses a button of the page as a browser does, the panel's fields with it. */
async function press(url: string, button: string, controls: Record<string, string>) {
  const body = new URLSearchParams({ notify: 'normal', ...controls })
  const response = await fetch(`${url}/${button}`, { method: 'POST', body, redirect: 'manual' })
  await bench.sandbox.settled()
  return response
}

const told = () => bench.shop.received.map(({ fields }) => fields.out_trade_no)

describe("the sandbox's panel on the cashier", () => {
  it('given a page, then the panel stands in the form of the buttons, with everything as usual', async () => {
    const html = await (await fetch(await open())).text()
    expect(html).toMatch(
      /<form method="post"[\s\S]*data-testid="pay"[\s\S]*name="notify" value="normal"[^>]* checked[\s\S]*<\/form>/,
    )
    expect(html.match(/ checked/g)).toHaveLength(1)
  })

  it('given the first notification is lost, then the shop hears of it by the repeated one', async () => {
    await press(await open(), 'pay', { notify: 'lost_once' })
    expect(told()).toEqual([])
    await bench.clock.advance(RETRY_DELAYS_MS[0] ?? 0)
    expect(told()).toEqual(['T1'])
  })

  it('given all notifications are lost, then the shop never hears of it, but of others', async () => {
    await press(await open(), 'pay', { notify: 'lost' })
    await press(await open({ out_trade_no: 'T2' }), 'pay', {})
    await bench.clock.advance(48 * 60 * MINUTE)
    expect(told()).toEqual(['T2'])
  })

  it('given a late notification, then it comes ten seconds later', async () => {
    await press(await open(), 'pay', { notify: 'late' })
    await bench.clock.advance(9_999)
    expect(told()).toEqual([])
    await bench.clock.advance(1)
    expect(told()).toEqual(['T1'])
  })

  it('given a repeated notification, then it comes three times', async () => {
    await press(await open(), 'pay', { notify: 'repeated' })
    expect(told()).toEqual(['T1', 'T1', 'T1'])
  })

  it('given a choice, when another is made, then the last one counts', async () => {
    const url = await open()
    await press(url, 'fail', { notify: 'lost' })
    await press(url, 'pay', { notify: 'normal' })
    expect(told()).toEqual(['T1'])
  })

  it('given faults from elsewhere and a request without the panel, then they stay', async () => {
    const handle = bench.sandbox.fault({ at: 'notify', kind: 'drop', outTradeNo: 'T1' })
    await bench.sandbox.buyer.pay(await open())
    await bench.sandbox.settled()
    expect([handle.hits, told()]).toEqual([1, []])
  })

  it('given paying twice, then the other open cashier pays too', async () => {
    await open({ out_trade_no: 'T2' })
    await press(await open(), 'pay', { double_pay: '1' })
    expect(told().toSorted()).toEqual(['T1', 'T2'])
  })

  it('given paying late, when the time is over, then it succeeds; without it, it does not', async () => {
    const order = { time_expire: '2026-03-01 12:30:00' }
    const late = await open(order)
    const usual = await open({ ...order, out_trade_no: 'T2' })
    await bench.clock.advance(31 * MINUTE)
    await press(late, 'pay', { after_expiry: '1' })
    const refusalNode = await press(usual, 'pay', {})
    expect(await refusalNode.text()).toContain('NOW_TIME_AFTER_EXPIRE_TIME_ERROR')
    expect(told()).toEqual(['T1'])
  })

  it('given no way back, then the buyer stays on the result', async () => {
    const response = await press(await open(), 'pay', { never_return: '1' })
    expect([response.status, await response.text()]).toEqual([200, expect.stringContaining('data-result="paid"')])
  })

  it.each(['', 'nonsense', 'toString'])('given %j as the choice, then nothing changes', async (notify) => {
    expect((await press(await open(), 'pay', { notify })).status).toBe(303)
    expect(told()).toEqual(['T1'])
  })
})

describe("the cashier's languages", () => {
  const inLanguage = async (url: string, language: string) =>
    (await fetch(url, { headers: { 'Accept-Language': language } })).text()

  it('given English first, then the page is in English, and so is its result', async () => {
    const url = await open()
    const html = await inLanguage(url, 'en-GB,en;q=0.9,zh;q=0.8')
    expect(html).toContain('<html lang="en">')
    expect(html.replace(/<p data-testid="subject">.*<\/p>/, '')).not.toMatch(/\p{Script=Han}/u)
    const result = await fetch(`${url}/fail`, { method: 'POST', headers: { 'Accept-Language': 'en' } })
    expect(await result.text()).toContain('The payment failed')
  })

  it.each(['zh-CN,en;q=0.5', 'fr', '*'])('given %s, then it is in Chinese', async (language) => {
    expect(await inLanguage(await open(), language)).toContain('<html lang="zh-CN">')
  })
})
