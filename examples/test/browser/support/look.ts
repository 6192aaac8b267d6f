import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AxeResults } from 'axe-core'
import type { Page } from 'playwright-core'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const SERIOUS = new Set<unknown>(['serious', 'critical'])

/** What axe-core finds serious or critical on a page. */
export async function seriousFaults(page: Page): Promise<string[]> {
  // Evaluated by the debugger, which the page's policy does not bind.
  if (!(await page.evaluate<boolean>(`'axe' in window`))) await page.evaluate(`${axe};0`)
  // What passes is counted all the same, but not described element by element.
  const { violations } = await page.evaluate<AxeResults>(`axe.run({ resultTypes: ['violations'] })`)
  return violations
    .filter(({ impact }) => SERIOUS.has(impact))
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(', ')}`)
}

/** Links of the navigation that do not fit into one line. */
export const brokenLinks = (page: Page): Promise<string[]> =>
  page.evaluate<string[]>(
    `[...document.querySelectorAll('nav a')].filter((link) => {
      const text = document.createRange()
      text.selectNodeContents(link)
      return text.getClientRects().length > 1
    }).map((link) => 'broken: ' + link.textContent)`,
  )

export type Scheme = 'light' | 'dark'

/** The page in both colour schemes. Its styles alone choose the colours: it need not be loaded again. */
export async function inEachScheme(page: Page, look: (scheme: Scheme) => Promise<void>): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    await look(colorScheme)
  }
}

/** The same page as a reader of another language sees it. */
export async function inLanguage(page: Page, locale: string, look: (page: Page) => Promise<void>): Promise<void> {
  const storageState = await page.context().storageState()
  const reader = await page.context().browser()?.newContext({ locale, storageState, viewport: page.viewportSize() })
  if (reader === undefined) throw new Error('The page has no browser.')
  const other = await reader.newPage()
  await other.goto(page.url())
  const shown = await other.evaluate<string>('document.documentElement.lang')
  if (!shown.startsWith(locale)) throw new Error(`${page.url()} is in ${shown}, not in ${locale}.`)
  await look(other)
  await reader.close()
}

export const MAX_PAGE_BYTES = 30_000

/** The bytes of a page with its styles, scripts and pictures, as they were before compression. */
export const weightOf = (page: Page): Promise<number> =>
  page.evaluate<number>(
    `[...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
      .filter(({ initiatorType, name }) => initiatorType !== 'fetch' && !name.includes('/stream'))
      .reduce((sum, { decodedBodySize }) => sum + decodedBodySize, 0)`,
  )
