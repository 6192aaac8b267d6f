import { join } from 'node:path'
import { sign } from 'hono/jwt'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchBrowser, openShop, SECRET } from './support/open-shop.js'
import { findPrograms, named } from './support/programs.js'

const programs = findPrograms()
const pictures = join(import.meta.dirname, '../../../docs/screenshots')

describe.skipIf(programs.missing !== null)(named('the page of the HTTP interface', programs), () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await launchBrowser(programs)
  })
  afterAll(() => browser?.close())

  it('given a bearer token, then a call can be tried, with nothing from outside and no broken policy', async () => {
    await using open = await openShop(browser)
    const person = await open.person({ locale: 'en-GB' })
    const elsewhere: string[] = []
    person.on('request', (request) => {
      if (!request.url().startsWith(open.shop.publicBaseUrl) && !request.url().startsWith('data:'))
        elsewhere.push(request.url())
    })
    const page = await person.newPage()
    await page.goto('/docs')
    await page.locator('summary', { hasText: 'generatepaycode' }).click()
    await page.getByText('Body: AddOrder').waitFor()
    if (process.env.UPDATE_SCREENSHOTS === '1') await page.screenshot({ path: join(pictures, 'docs-1280-light.png') })
    await page.getByRole('link', { name: 'try it' }).click()
    await page.getByRole('button', { name: 'Authorize' }).first().click()
    await page
      .getByRole('textbox')
      .first()
      .fill(await sign({ sub: 'zhang', exp: Math.floor(Date.now() / 1_000) + 3_600 }, SECRET))
    await page.getByRole('button', { name: 'Apply credentials' }).click()
    await page.getByRole('button', { name: 'Close', exact: true }).click()
    await page.locator('#operations-learning-chooseCourse').getByRole('button').first().click()
    await page.getByRole('button', { name: 'Try it out' }).click()
    await page.getByPlaceholder('courseId').fill('1')
    const answered = page.waitForResponse(/choosecourse\/1$/)
    await page.getByRole('button', { name: 'Execute' }).click()
    expect((await answered).status()).toBe(200)
    await page.locator('.live-responses-table').getByText('Spring Cloud 微服务实战').waitFor()
    expect(elsewhere).toEqual([])
    expect(open.complaints).toEqual([])
  })
})
