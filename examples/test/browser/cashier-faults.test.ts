import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchBrowser, openCashier, openShop, orderCourse, pay, title } from './support/open-shop.js'
import { findPrograms, named } from './support/programs.js'

const programs = findPrograms()

async function turn(cashier: Page, knob: string): Promise<void> {
  await cashier.getByText('沙箱：让这笔支付出点状况').click()
  await cashier.getByTestId(knob).check()
}

describe.skipIf(programs.missing !== null)(named("the cashier's fault controls in a browser", programs), () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await launchBrowser(programs)
  })
  afterAll(() => browser?.close())

  it('given a notification that is delayed, when it is paid, then the page does not wait for it', async () => {
    await using open = await openShop(browser)
    const page = await orderCourse(await open.person())
    const cashier = await openCashier(page)
    await turn(cashier, 'notify-late')
    await pay(cashier)
    await title(page, '支付成功')
    expect(open.sandbox.notifications().flatMap(({ attempts }) => attempts)).toEqual([])
  })

  it('given a second cashier of the same name and price, when one pays twice, then both are paid', async () => {
    await using open = await openShop(browser)
    const [mine, theirs] = [await orderCourse(await open.person()), await orderCourse(await open.person())]
    const [cashier, other] = [await openCashier(mine), await openCashier(theirs)]
    await other.getByTestId('login').click()
    await expect.poll(() => open.sandbox.trades.list().length).toBe(1)
    await turn(cashier, 'double_pay')
    await pay(cashier)
    await Promise.all([title(mine, '支付成功'), title(theirs, '支付成功')])
    expect(open.sandbox.trades.list().map(({ status }) => status)).toEqual(['TRADE_SUCCESS', 'TRADE_SUCCESS'])
  })

  it('given an order that ran out and was closed, when it is paid late, then the money is refunded', async () => {
    await using open = await openShop(browser, { ORDER_TTL: '6s' })
    const page = await orderCourse(await open.person())
    const cashier = await openCashier(page)
    await turn(cashier, 'after_expiry')
    await title(page, '订单已关闭')
    await pay(cashier)
    const refunds = () => open.sandbox.trades.list().flatMap((trade) => trade.refunds)
    await expect.poll(() => refunds().length, { timeout: 30_000 }).toBe(1)
  })
})
