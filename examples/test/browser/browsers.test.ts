import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchBrowser, openCashier, openShop, orderCourse, pay, payAddress, title } from './support/open-shop.js'
import { findPrograms, named } from './support/programs.js'

const programs = findPrograms()
const WECHAT = 'Mozilla/5.0 (iPhone) AppleWebKit/605.1.15 Mobile/15E148 MicroMessenger/8.0.44 NetType/WIFI'

describe.skipIf(programs.missing !== null)(named('browsers of other kinds', programs), () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await launchBrowser(programs)
  })
  afterAll(() => browser?.close())

  it('given the stream is cut, when it is paid, then the page finds out by asking', async () => {
    await using open = await openShop(browser)
    const person = await open.person()
    await person.route('**/payresult/stream*', (route) => route.abort())
    const page = await orderCourse(person)
    const asked = page.waitForResponse(/payresult\?payNo=/)
    await asked
    await pay(await openCashier(page))
    await title(page, '支付成功')
  })

  it('given no scripts, then forms and a refresh do the same', async () => {
    await using open = await openShop(browser)
    const page = await orderCourse(await open.person({ javaScriptEnabled: false }))
    await page.getByRole('button', { name: '我已支付' }).click()
    await page.getByText('还没有收到付款结果').waitFor()
    await open.sandbox.buyer.pay(await payAddress(page))
    await open.sandbox.settled()
    await page.getByRole('button', { name: '我已支付' }).click()
    await title(page, '支付成功')
  })

  it('given no scripts and a lost notification, then the page asks without a click', async () => {
    await using open = await openShop(browser)
    const page = await orderCourse(await open.person({ javaScriptEnabled: false }))
    expect(await page.content()).toMatch(/<noscript><meta http-equiv="refresh" content="15;url=[^"]+\?ask"/)
    open.sandbox.fault({ at: 'notify', kind: 'drop' })
    await open.sandbox.buyer.pay(await payAddress(page))
    await page.goto(`${page.url()}?ask`)
    await title(page, '支付成功')
  })

  it('given "I have paid" is pressed too early, then it is said where a screen reader hears it', async () => {
    await using open = await openShop(browser)
    const page = await orderCourse(await open.person())
    await page.getByRole('button', { name: '我已支付' }).click()
    await page.getByRole('status').getByText('还没有收到付款结果').waitFor()
    await page.getByRole('img', { name: '支付二维码' }).waitFor()
  })

  it('given the keyboard alone, then a course is bought with it', async () => {
    await using open = await openShop(browser)
    const page = await (await open.person()).newPage()
    await page.goto('/')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.locator('#content:focus').waitFor()
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await title(page, 'Spring Cloud 微服务实战')
    const focused = () => page.evaluate<string>(`document.activeElement?.textContent?.trim() ?? ''`)
    const tabTo = async (text: string) => {
      for (let presses = 0; presses < 20 && !(await focused()).startsWith(text); presses += 1)
        await page.keyboard.press('Tab')
      expect(await focused()).toContain(text)
    }
    await tabTo('马上学习')
    await page.keyboard.press('Enter')
    await page.getByRole('img', { name: '支付二维码' }).waitFor()
    await tabTo('在本机打开支付页面')
    const opened = page.waitForEvent('popup')
    await page.keyboard.press('Enter')
    const cashier = await opened
    await cashier.getByTestId('pay').focus()
    await cashier.keyboard.press('Enter')
    await title(page, '支付成功')
  })

  it('given WeChat, when it opens the code, then it is told to use a browser', async () => {
    await using open = await openShop(browser)
    const page = await orderCourse(await open.person())
    const phone = await (await open.person({ userAgent: WECHAT })).newPage()
    await phone.goto(await payAddress(page))
    await title(phone, '微信里打不开支付宝')
    await phone.getByText('¥99.00').waitFor()
  })

  it('given English, then every page on the way is in English', async () => {
    await using open = await openShop(browser)
    const page = await (await open.person({ locale: 'en-GB' })).newPage()
    await page.goto('/courses/1')
    await page.getByRole('button', { name: 'Start learning' }).click()
    await title(page, 'Pay with Alipay')
    const opened = page.waitForEvent('popup')
    await page.getByRole('link', { name: 'Open the payment page here' }).click()
    const cashier = await opened
    await cashier.getByRole('button', { name: 'Pay now' }).click()
    await title(page, 'Payment received')
    await page.getByRole('link', { name: 'My orders' }).click()
    await page.getByText('Paid', { exact: true }).waitFor()
  })

  it('given an open page, when the shop stops, then it does not wait for the stream', async () => {
    const open = await openShop(browser)
    const person = await open.person()
    const stream = person.waitForEvent('response', (response) => response.url().includes('/stream'))
    await orderCourse(person)
    await stream
    await open.shop.stop()
    await person.close()
  })
})
