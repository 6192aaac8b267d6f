import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchBrowser, openCashier, openShop, orderCourse, pay, payAddress, title } from './support/open-shop.js'
import { findPrograms, named } from './support/programs.js'

const programs = findPrograms()

describe.skipIf(programs.missing !== null)(named('the way back from the cashier', programs), () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await launchBrowser(programs)
  })
  afterAll(() => browser?.close())

  it('given the device one shops on, when it is paid, then it comes back, says so, and leads to the course table', async () => {
    await using open = await openShop(browser)
    const cashier = await openCashier(await orderCourse(await open.person()))
    await pay(cashier)
    await title(cashier, '支付成功')
    await cashier.getByRole('link', { name: '查看我的课程' }).click()
    await cashier.getByRole('link', { name: 'Spring Cloud 微服务实战' }).waitFor()
    expect(open.complaints).toEqual([])
  })

  it.each([
    ['without scripts', false],
    ['with scripts', true],
  ])(
    'a phone %s waits for an Alipay that does not speak, and says so once the payment is known',
    async (_, javaScriptEnabled) => {
      await using open = await openShop(browser)
      const page = await orderCourse(await open.person())
      const phone = await (await open.person({ javaScriptEnabled })).newPage()
      await phone.goto(await payAddress(page))
      open.sandbox.fault({ at: 'notify', kind: 'drop' })
      const silent = open.sandbox.fault({ at: 'gateway', kind: 'system_error', method: 'alipay.trade.query' })
      await pay(phone)
      await title(phone, '正在确认付款结果')
      silent.remove()
      await title(phone, '支付成功')
      await phone.getByText('请回到刚才下单的页面').waitFor()
      expect(await phone.getByRole('link').count()).toBe(0)
    },
  )

  it.each(['return_bad_sign', 'return_tampered_amount'] as const)(
    'given an address that was changed on the way (%s), then the page says what is stored, and no more',
    async (kind) => {
      await using open = await openShop(browser)
      open.sandbox.fault({ at: 'cashier_return', kind })
      const cashier = await openCashier(await orderCourse(await open.person()))
      await pay(cashier)
      await title(cashier, '支付成功')
      await cashier.getByText('¥99.00').waitFor()
    },
  )

  it('given the address of a payment that was not made, when somebody opens it, then it is not taken for one', async () => {
    await using open = await openShop(browser)
    const page = await orderCourse(await open.person())
    const other = await page.context().newPage()
    await other.goto(`${await payAddress(page)}/return?trade_status=TRADE_SUCCESS&total_amount=99.00`)
    await title(other, '正在确认付款结果')
    await other.getByRole('link', { name: '还没有付款？去支付' }).click()
    await pay(other)
    await title(other, '支付成功')
    await title(page, '支付成功')
  })
})
