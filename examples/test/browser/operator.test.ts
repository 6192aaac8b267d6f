import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  answersToNotifications,
  launchBrowser,
  openCashier,
  openShop,
  orderCourse,
  pay,
  signInOperator,
  title,
} from './support/open-shop.js'
import { findPrograms, named } from './support/programs.js'

const programs = findPrograms()
const picture = join(import.meta.dirname, '../../../docs/screenshots/operator-lost-notify-1280-light.png')
const payNoOf = (page: Page) => page.url().split('/pay/')[1] ?? ''
const diagnosis = (page: Page, text: string) => page.locator('[data-diagnosis]').getByText(text).first().waitFor()

async function find(office: Page, number: string): Promise<void> {
  await office.getByLabel('支付流水号或订单号').fill(number)
  await office.getByRole('button', { name: '查找' }).click()
  await title(office, `付款 ${number}`)
}

describe.skipIf(programs.missing !== null)(named('an operator in a browser', programs), () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await launchBrowser(programs)
  })
  afterAll(() => browser?.close())

  it('given a payment whose notification was lost, then the operator finds it, sees why, and repairs it', async () => {
    await using open = await openShop(browser)
    const buyer = await open.person()
    const page = await orderCourse(buyer)
    const payNo = payNoOf(page)
    const cashier = await openCashier(page)
    await cashier.getByText('沙箱：让这笔支付出点状况').click()
    await cashier.getByTestId('notify-lost').check()
    // A query gets no clear answer either, and the buyer's page is gone.
    const down = open.sandbox.fault({ at: 'gateway', kind: 'system_error', method: 'alipay.trade.query' })
    await page.close()
    await pay(cashier)
    await open.sandbox.settled()

    const office = await signInOperator(await open.person())
    await find(office, payNo)
    await office.getByRole('button', { name: '向支付宝查询' }).click()
    await office.getByRole('status').getByText('结果不明确').waitFor()
    await diagnosis(office, '没有收到通知，查询结果不明确')

    down.remove()
    await office.getByRole('button', { name: '向支付宝查询' }).click()
    await office.getByRole('status').getByText('支付宝返回：已付款').waitFor()
    await diagnosis(office, '通知丢失，付款已找回')
    await office.locator('.timeline').getByText('通知没有到达').waitFor()
    if (process.env.UPDATE_SCREENSHOTS === '1') await office.screenshot({ path: picture, fullPage: true })
    await office.getByText('表格视图').click()
    await office.getByRole('row', { name: /主动查询 .*入账/ }).waitFor()

    const courses = await buyer.newPage()
    await courses.goto('/my-courses')
    await courses.getByRole('link', { name: 'Spring Cloud 微服务实战' }).waitFor()
    expect(answersToNotifications(open)).toEqual(new Set(['lost on the way']))
    expect(open.complaints).toEqual([])
  })

  it('given a paid order, when a part and then the rest is refunded, then the buyer sees both', async () => {
    await using open = await openShop(browser)
    const buyer = await open.person()
    const page = await orderCourse(buyer)
    const payNo = payNoOf(page)
    await pay(await openCashier(page))
    await title(page, '支付成功')
    const office = await signInOperator(await open.person())
    await find(office, payNo)
    await office.getByLabel(/^金额/).fill('40.00')
    await office.getByLabel('原因').fill('课程缺一节')
    await office.getByRole('button', { name: '退款' }).click()
    await office.getByRole('button', { name: '确认退款 ¥40.00' }).click()
    await office.getByText('最多 ¥59.00').waitFor()
    await office.getByLabel('原因').fill('其余')
    await office.getByRole('button', { name: '退款' }).click()
    await office.getByRole('button', { name: '确认退款 ¥59.00' }).click()
    await diagnosis(office, '已全额退款')
    await page.goto('/orders')
    await page.getByText('已退款 ¥40.00').waitFor()
    await page.getByText('已退款 ¥59.00').waitFor()
    expect(open.complaints).toEqual([])
  })

  it('given two orders, when the operator looks for the paid one with the keyboard, then it is found and leads to its payment', async () => {
    await using open = await openShop(browser)
    const page = await orderCourse(await open.person())
    const payNo = payNoOf(page)
    await pay(await openCashier(page))
    await title(page, '支付成功')
    await orderCourse(await open.person())
    const office = await signInOperator(await open.person())
    await office.getByRole('link', { name: '订单查询' }).press('Enter')
    await title(office, '订单查询')
    const rows = office.locator('ul.rows li')
    expect(await rows.count()).toBe(2)
    await office.getByLabel('状态').focus()
    await office.getByLabel('状态').selectOption('已支付')
    await office.getByLabel('金额（元）').focus()
    await office.keyboard.type('99')
    await office.keyboard.press('Enter')
    await office.waitForURL(/status=600002/)
    expect(await rows.count()).toBe(1)
    const file = office.waitForEvent('download')
    await office.getByRole('link', { name: '下载 CSV' }).press('Enter')
    expect((await file).suggestedFilename()).toBe('orders.csv')
    await rows.getByRole('link').press('Enter')
    await title(office, `付款 ${payNo}`)
    expect(open.complaints).toEqual([])
  })

  it('given an open overview, when something is sold, then the figures follow without loading the page', async () => {
    await using open = await openShop(browser)
    const office = await signInOperator(await open.person())
    await office.evaluate('window.sameDocument = true')
    await orderCourse(await open.person())
    await office.locator('#numbers li').filter({ hasText: '全部' }).getByText('1', { exact: true }).waitFor()
    expect(await office.evaluate('window.sameDocument')).toBe(true)
    expect(open.complaints).toEqual([])
  })
})
