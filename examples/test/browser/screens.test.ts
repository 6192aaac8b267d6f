import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { MAX_PAGE_BYTES, weightOf } from './support/look.js'
import { launchBrowser, openShop } from './support/open-shop.js'
import { findPrograms, named } from './support/programs.js'
import { type Screen, walk } from './support/walk.js'

const programs = findPrograms()
/** The pictures of the documents are renewed with `UPDATE_SCREENSHOTS=1`. */
const pictures = join(import.meta.dirname, '../../../docs/screenshots')
const kept: Readonly<Record<string, readonly string[]>> = {
  '1280-light': ['courses', 'pay', 'orders', 'operator', 'operator-orders', 'operator-payment', 'docs'],
  '1280-dark': ['pay', 'cashier', 'operator'],
  '360-dark': ['courses', 'pay', 'paid', 'cashier', 'orders', 'operator-payment'],
}

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

/** Looks at a page: does it fit, is it small; keeps a picture when asked to. */
function watcher({ width, colorScheme }: Screen) {
  return async (name: string, page: Page) => {
    expect(await page.evaluate<number>('document.documentElement.scrollWidth'), name).toBeLessThanOrEqual(width)
    expect(await weightOf(page), `${name}: bytes`).toBeLessThan(MAX_PAGE_BYTES)
    const small = await page.evaluate<string[]>(
      `[...document.querySelectorAll('button, a.button, nav a, #content input:not([type=hidden]), #content summary')].filter((one) => one.getBoundingClientRect().height < 44).map((one) => one.textContent)`,
    )
    expect(small, `${name}: too small for a finger`).toEqual([])
    const screen = `${width}-${colorScheme}`
    if (process.env.UPDATE_SCREENSHOTS === '1' && kept[screen]?.includes(name) !== false) {
      await page.screenshot({ path: join(pictures, `${name}-${screen}.png`), fullPage: true })
    }
  }
}
