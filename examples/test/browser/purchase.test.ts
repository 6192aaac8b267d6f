import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  answersToNotifications,
  launchBrowser,
  openCashier,
  openShop,
  orderCourse,
  pay,
  title,
} from './support/open-shop.js'
import { findPrograms, named, readQr } from './support/programs.js'

const programs = findPrograms()

describe.skipIf(programs.missing !== null)(named('a purchase in a browser', programs), () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await launchBrowser(programs)
  })
  afterAll(() => browser?.close())

  it('given a course, when it is paid in the cashier, then the page says so without a reload and the course is open', async () => {
    await using open = await openShop(browser)
    const page = await orderCourse(await open.person())
    await pay(await openCashier(page))
    await title(page, '支付成功')
    await page.getByText('课程已经开通').first().waitFor()
    await page.locator('h1:focus').waitFor()
    await page.getByRole('link', { name: '继续学习' }).click()
    await page.getByRole('heading', { name: '第 1 节' }).waitFor()
    await page.getByRole('link', { name: '我的课程' }).click()
    await page.getByRole('link', { name: 'Spring Cloud 微服务实战' }).waitFor()
    expect(open.complaints).toEqual([])
  })

  it('given a free course, when it is chosen, then it is in the course table at once', async () => {
    await using open = await openShop(browser)
    const page = await (await open.person()).newPage()
    await page.goto('/courses/3')
    await page.getByRole('button', { name: '马上学习' }).click()
    await page.getByRole('link', { name: 'Git 入门' }).waitFor()
    expect(new URL(page.url()).pathname).toBe('/my-courses')
  })

  it('given every notification is lost, when it is paid, then the page says so all the same', async () => {
    await using open = await openShop(browser)
    const page = await orderCourse(await open.person())
    const cashier = await openCashier(page)
    await cashier.getByText('沙箱：让这笔支付出点状况').click()
    await cashier.getByTestId('notify-lost').check()
    await pay(cashier)
    await title(page, '支付成功')
    expect(answersToNotifications(open)).toEqual(new Set(['lost on the way']))
  })

  it('given two tabs with one order, when one pays, then both say so and the other cannot pay again', async () => {
    await using open = await openShop(browser)
    const person = await open.person()
    const [first, second] = [await orderCourse(person), await orderCourse(person)]
    expect(second.url()).toBe(first.url())
    const [one, other] = [await openCashier(first), await openCashier(second)]
    await pay(one)
    await Promise.all([title(first, '支付成功'), title(second, '支付成功')])
    await other.getByTestId('pay').click()
    await other.getByText('订单已付款成功').waitFor()
    expect(open.sandbox.trades.list()).toMatchObject([{ status: 'TRADE_SUCCESS', refunds: [] }])
  })

  it('given a code that runs out, when a new one is asked for, then it is there and the old one is refused', async () => {
    await using open = await openShop(browser, { ORDER_TTL: '6s' })
    const page = await orderCourse(await open.person())
    const before = page.url()
    const oldCode = await page.getByRole('link', { name: '在本机打开支付页面' }).getAttribute('href')
    // The order is closed soon after its time is over: whichever the page says first.
    await title(page, /二维码已过期|订单已关闭/)
    await page.getByRole('button', { name: '获取新的二维码' }).click()
    await page.getByRole('img', { name: '支付二维码' }).waitFor()
    expect(page.url()).not.toBe(before)
    const phone = await (await open.person()).newPage()
    await phone.goto(String(oldCode))
    await title(phone, '二维码已过期')
  })

  it('given an open code, when the order is closed in another tab, then the code goes away', async () => {
    await using open = await openShop(browser)
    const person = await open.person()
    const page = await orderCourse(person)
    const orders = await person.newPage()
    await orders.goto('/orders')
    await orders.getByRole('button', { name: '关闭订单' }).click()
    await orders.getByText('已关闭').waitFor()
    await title(page, '订单已关闭')
    await page.getByRole('button', { name: '获取新的二维码' }).click()
    await pay(await openCashier(page))
    await title(page, '支付成功')
    expect(open.complaints).toEqual([])
  })

  it('given an order that was closed while its cashier was open, when it is paid late, then the page says that the money goes back', async () => {
    await using open = await openShop(browser)
    const person = await open.person()
    const page = await orderCourse(person)
    const cashier = await openCashier(page)
    await page.clock.install()
    const orders = await person.newPage()
    await orders.goto('/orders')
    await orders.getByRole('button', { name: '关闭订单' }).click()
    await title(page, '订单已关闭')
    open.sandbox.fault({ at: 'gateway', kind: 'system_error', method: 'alipay.trade.refund' })
    await pay(cashier)
    await open.sandbox.settled()
    await page.clock.fastForward(15_000)
    await title(page, '款项将原路退回')
  })

  it("given a wrong token, or another person's order, then a page says so kindly", async () => {
    await using open = await openShop(browser)
    const page = await orderCourse(await open.person())
    const other = await (await open.person()).newPage()
    await other.goto('/p/nobody-has-this-token')
    await title(other, '支付记录不存在')
    await other.goto(page.url())
    await title(other, '订单不存在')
  })

  it.each(['light', 'dark'] as const)(
    'given the code on a %s screen, when a reader sees it, then it leads to the cashier',
    async (colorScheme) => {
      await using open = await openShop(browser)
      const page = await orderCourse(await open.person({ colorScheme, viewport: { width: 360, height: 740 } }))
      const seen = readQr(programs, await page.screenshot({ fullPage: true }))
      expect(seen).toBe(await page.getByRole('link', { name: '在本机打开支付页面' }).getAttribute('href'))
      const phone = await (await open.person()).newPage()
      await phone.goto(seen)
      expect(await phone.getByTestId('subject').textContent()).toBe('Spring Cloud 微服务实战')
      await pay(phone)
      await title(page, '支付成功')
    },
  )
})
