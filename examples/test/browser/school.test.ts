import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { readSettings } from '../../src/apps/settings/read-settings.js'
import { startShop } from '../../src/apps/shop/start-shop.js'
import { tokenFor } from '../../src/demo-shop/api.js'
import { MAX_PAGE_BYTES, seriousFaults, weightOf } from './support/look.js'
import { launchBrowser, SECRET } from './support/open-shop.js'
import { findPrograms, named } from './support/programs.js'

const programs = findPrograms()

/** The school's own site: every visitor is zhang, and is sent back with a token. */
async function openSchoolSite(): Promise<string> {
  const site = createServer(async (request, response) => {
    const back = new URL(request.url ?? '', 'http://school').searchParams.get('return')
    response.writeHead(303, { Location: `${back}#token=${await tokenFor('zhang', SECRET)}` }).end()
  })
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void site.close())
  return `http://127.0.0.1:${(site.address() as AddressInfo).port}/login`
}

describe.skipIf(programs.missing !== null)(named('the pages of npm run server', programs), () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await launchBrowser(programs)
  })
  afterAll(() => browser?.close())

  it.each([
    { width: 360, colorScheme: 'light' },
    { width: 1280, colorScheme: 'dark' },
  ] as const)(
    'lead a visitor to the school and back, and let him choose a course: %o',
    async ({ width, colorScheme }) => {
      const LOGIN_URL = await openSchoolSite()
      const settings = readSettings({ DATABASE_URL: 'sqlite::memory:', PORT: '0', JWT_SECRET: SECRET, LOGIN_URL })
      const complaints: string[] = []
      const log = { info() {}, error: (fields: object) => void complaints.push(JSON.stringify(fields)) }
      const shop = await startShop(settings, { secret: SECRET }, log)
      onTestFinished(() => shop.stop())
      const viewport = { width, height: 800 }
      const person = await browser.newContext({ baseURL: shop.publicBaseUrl, locale: 'en-GB', viewport, colorScheme })
      onTestFinished(() => person.close())
      person.on('console', (message) => void (message.type() === 'error' && complaints.push(message.text())))
      const page = await person.newPage()
      await page.goto('/')
      await page.getByRole('link', { name: 'Git 入门' }).click()
      await page.getByRole('button', { name: 'Start learning' }).click()
      await page.getByRole('link', { name: 'Sign in' }).waitFor()
      expect(await seriousFaults(page)).toEqual([])
      await page.getByRole('link', { name: 'Sign in' }).click()
      await page.getByText('You sign in as zhang').waitFor()
      expect(await seriousFaults(page)).toEqual([])
      expect(await weightOf(page)).toBeLessThan(MAX_PAGE_BYTES)
      expect(page.url()).not.toContain('token')
      // The button has the focus.
      await page.keyboard.press('Enter')
      await page.waitForURL('**/courses/3')
      await page.getByRole('button', { name: 'Start learning' }).click()
      await page.waitForURL('**/my-courses')
      await page.getByRole('link', { name: 'Git 入门' }).waitFor()
      const isWide = await page.evaluate('document.documentElement.scrollWidth > document.documentElement.clientWidth')
      // The answer to the form of somebody who was not signed in.
      const others = complaints.filter((text) => !text.includes('401'))
      expect([isWide, others]).toEqual([false, []])
      await page.getByRole('button', { name: 'Sign out' }).click()
      await page.goto('/my-courses')
      await page.getByText('You sign in as zhang').waitFor()
    },
  )
})
