import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  brokenLinks,
  inEachScheme,
  inLanguage,
  MAX_PAGE_BYTES,
  type Scheme,
  seriousFaults,
  weightOf,
} from './support/look.js'
import { launchBrowser, openShop } from './support/open-shop.js'
import { findPrograms, named } from './support/programs.js'
import { walk } from './support/walk.js'

const programs = findPrograms()
/** The pictures of the documents are renewed with `UPDATE_SCREENSHOTS=1`. */
const pictures = join(import.meta.dirname, '../../../docs/screenshots')
const kept: Readonly<Record<string, readonly string[]>> = {
  '1280-light': ['courses', 'pay', 'orders', 'operator', 'operator-orders', 'operator-payment', 'docs'],
  '1280-dark': ['pay', 'cashier', 'operator'],
  '360-dark': ['courses', 'pay', 'paid', 'cashier', 'orders', 'operator-payment'],
}
/** They have no address to open again in another language. */
const answersOfForms = new Set(['cashier-paid'])

describe.skipIf(programs.missing !== null)(named('every page in light and dark', programs), () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await launchBrowser(programs)
  })
  afterAll(() => browser?.close())

  it('on a phone fits, weighs little, and has no serious fault for axe and no broken link, in Chinese and in English', async () => {
    await using open = await openShop(browser)
    const faults: string[] = []
    for await (const [name, page] of walk(open, 360)) {
      await inEachScheme(page, async (scheme) => {
        await fits(name, page, 360, scheme)
        faults.push(...(await seriousFaults(page)).map((fault) => `${name} in ${scheme}: ${fault}`))
      })
      if (answersOfForms.has(name)) continue
      await inLanguage(page, 'en', (english) =>
        inEachScheme(english, async (scheme) => {
          const found = [...(await seriousFaults(english)), ...(await brokenLinks(english))]
          faults.push(...found.map((fault) => `${name} in English, in ${scheme}: ${fault}`))
        }),
      )
    }
    expect(faults).toEqual([])
    expectOnlyTheMissingPage(open.complaints)
  }, 180_000)

  it('on a screen of 1280 px fits and weighs little', async () => {
    await using open = await openShop(browser)
    for await (const [name, page] of walk(open, 1_280)) {
      await inEachScheme(page, (scheme) => fits(name, page, 1_280, scheme))
    }
    expectOnlyTheMissingPage(open.complaints)
  })
})

/** The last page of all is one that is not there. */
const expectOnlyTheMissingPage = (complaints: readonly string[]) =>
  expect(complaints).toEqual([expect.stringContaining('404')])

/** Looks at a page: does it fit, is it small; keeps a picture when asked to. */
async function fits(name: string, page: Page, width: number, scheme: Scheme): Promise<void> {
  expect(await page.evaluate<number>('document.documentElement.scrollWidth'), name).toBeLessThanOrEqual(width)
  expect(await weightOf(page), `${name}: bytes`).toBeLessThan(MAX_PAGE_BYTES)
  const small = await page.evaluate<string[]>(
    `[...document.querySelectorAll('button, a.button, nav a, #content input:not([type=hidden]), #content summary')].filter((one) => one.getBoundingClientRect().height < 44).map((one) => one.textContent)`,
  )
  expect(small, `${name}: too small for a finger`).toEqual([])
  const screen = `${width}-${scheme}`
  if (process.env.UPDATE_SCREENSHOTS === '1' && kept[screen]?.includes(name) !== false) {
    await page.screenshot({ path: join(pictures, `${name}-${screen}.png`), fullPage: true })
  }
}
