import type { BrowserContext, Page } from 'playwright-core'
import { type OpenShop, openCashier, orderCourse, payAddress, signInOperator, title } from './open-shop.js'

const WECHAT = 'Mozilla/5.0 (iPhone) AppleWebKit/605.1.15 Mobile/15E148 MicroMessenger/8.0.44 NetType/WIFI'

/** Every page that a buyer sees, in the order in which he sees them. */
export async function* walk(open: OpenShop, width: number): AsyncGenerator<[string, Page]> {
  const viewport = { width, height: width < 600 ? 740 : 800 }
  const person = await open.person({ viewport })
  yield ['courses', await openAt(person, '/')]
  yield ['course', await openAt(person, '/courses/1')]
  const page = await orderCourse(person)
  yield ['pay', page]
  yield ['wechat', await openOnPhone(open, page, { viewport, userAgent: WECHAT })]
  const cashier = await openCashier(page)
  yield ['cashier', cashier]
  await cashier.getByTestId('sandbox-panel').locator('summary').click()
  yield ['cashier-panel', cashier]
  const back = `${await payAddress(page)}/return`
  const phone = await openAt(await open.person({ viewport }), back)
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
  yield* walkOffice(open, page, { viewport })
  yield ['docs', await openAt(await open.person({ viewport }), '/docs')]
  yield ['refused', await openAt(await open.person({ viewport }), '/p/nobody-has-this-token')]
}

/** What an operator sees of the payment on this page. */
async function* walkOffice(
  open: OpenShop,
  page: Page,
  look: Parameters<OpenShop['person']>[0],
): AsyncGenerator<[string, Page]> {
  yield ['operator-sign-in', await openAt(await open.person(look), '/operator/sign-in')]
  const office = await signInOperator(await open.person(look))
  yield ['operator', office]
  await office.getByRole('link', { name: '订单查询' }).click()
  await title(office, '订单查询')
  yield ['operator-orders', office]
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
