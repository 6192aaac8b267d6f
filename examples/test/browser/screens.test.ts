import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  launchBrowser,
  type OpenShop,
  openCashier,
  openShop,
  orderCourse,
  payAddress,
  signInOperator,
  title,
} from './support/open-shop.js'
import { findPrograms, named } from './support/programs.js'

const programs = findPrograms()
const WECHAT = 'Mozilla/5.0 (iPhone) AppleWebKit/605.1.15 Mobile/15E148 MicroMessenger/8.0.44 NetType/WIFI'
/** The pictures of the documents are renewed with `UPDATE_SCREENSHOTS=1`. */
const pictures = join(import.meta.dirname, '../../../docs/screenshots')
const kept: Readonly<Record<string, readonly string[]>> = {
  '1280-light': ['courses', 'pay', 'orders', 'operator', 'operator-payment'],
  '1280-dark': ['pay', 'cashier', 'operator'],
  '360-dark': ['courses', 'pay', 'paid', 'cashier', 'orders', 'operator-payment'],
}
const MAX_BYTES = 30 * 1_024

const screens = [360, 1_280].flatMap((width) =>
  (['light', 'dark'] as const).map((colorScheme) => ({ width, colorScheme })),
)

describe.skipIf(programs.missing !== null)(named('every page on every screen', programs), () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await launchBrowser(programs)
  })
  afterAll(() => browser?.close())

  it.each(screens)('given $width px in $colorScheme, then all fits and nothing is heavy', async (screen) => {
    await using open = await openShop(browser)
    const look = watcher(screen)
    for await (const [name, page] of walk(open, screen)) await look(name, page)
    // The last page of all is one that is not there.
    expect(open.complaints).toEqual([expect.stringContaining('404')])
  })
})

type Screen = (typeof screens)[number]

/** Looks at a page: does it fit, is it small; keeps a picture when asked to. */
function watcher({ width, colorScheme }: Screen) {
  return async (name: string, page: Page) => {
    expect(await page.evaluate<number>('document.documentElement.scrollWidth'), name).toBeLessThanOrEqual(width)
    expect(await page.evaluate<number>('document.documentElement.outerHTML.length'), name).toBeLessThan(MAX_BYTES)
    const small = await page.evaluate<string[]>(
      `[...document.querySelectorAll('button, a.button, nav a, #content input:not([type=hidden]), #content summary')].filter((one) => one.getBoundingClientRect().height < 44).map((one) => one.textContent)`,
    )
    expect(small, `${name}: too small for a finger`).toEqual([])
    const screen = `${width}-${colorScheme}`
    if (process.env.UPDATE_SCREENSHOTS !== '1' || kept[screen]?.includes(name) === false) return
    await page.screenshot({ path: join(pictures, `${name}-${screen}.png`), fullPage: true })
  }
}

/** Every page that a buyer sees, in the order in which he sees them. */
async function* walk(open: OpenShop, { width, colorScheme }: Screen): AsyncGenerator<[string, Page]> {
  const viewport = { width, height: width < 600 ? 740 : 800 }
  const person = await open.person({ viewport, colorScheme })
  yield ['courses', await openAt(person, '/')]
  yield ['course', await openAt(person, '/courses/1')]
  const page = await orderCourse(person)
  yield ['pay', page]
  yield ['wechat', await openOnPhone(open, page, { viewport, colorScheme, userAgent: WECHAT })]
  const cashier = await openCashier(page)
  yield ['cashier', cashier]
  await cashier.getByTestId('sandbox-panel').locator('summary').click()
  yield ['cashier-panel', cashier]
  const back = `${await payAddress(page)}/return`
  const phone = await openAt(await open.person({ viewport, colorScheme }), back)
  yield ['return-waiting', phone]
  await cashier.getByTestId('never_return').check()
  await cashier.getByTestId('pay').click()
  await cashier.getByTestId('result').waitFor()
  yield ['cashier-paid', cashier]
  await title(page, '支付成功')
  await phone.reload()
  yield ['returned-on-phone', phone]
  yield ['returned', await openAt(person, back)]
  await page.getByRole('link', { name: '继续学习' }).waitFor()
  yield ['paid', page]
  yield ['my-courses', await openAt(person, '/my-courses')]
  const closed = await orderCourse(person, 'TypeScript 从入门到六边形架构')
  const orders = await openAt(person, '/orders')
  yield ['orders', orders]
  await orders.getByRole('button', { name: '关闭订单' }).click()
  await title(closed, '订单已关闭')
  yield ['closed', closed]
  yield* walkOffice(open, page, { viewport, colorScheme })
  yield ['refused', await openAt(await open.person({ viewport, colorScheme }), '/p/nobody-has-this-token')]
}

/** What an operator sees of the payment on this page. */
async function* walkOffice(
  open: OpenShop,
  page: Page,
  look: Parameters<OpenShop['person']>[0],
): AsyncGenerator<[string, Page]> {
  const office = await signInOperator(await open.person(look))
  yield ['operator', office]
  await office.goto(`/operator/find?number=${page.url().split('/pay/')[1]}`)
  yield ['operator-payment', office]
}

async function openAt(person: BrowserContext, path: string): Promise<Page> {
  const page = await person.newPage()
  await page.goto(path)
  return page
}

async function openOnPhone(open: OpenShop, page: Page, options: Parameters<OpenShop['person']>[0]): Promise<Page> {
  return openAt(await open.person(options), await payAddress(page))
}
