import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AxeResults } from 'axe-core'
import type { Page } from 'playwright-core'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const SERIOUS = new Set<unknown>(['serious', 'critical'])

/** What axe-core finds serious or critical on a page. */
export async function seriousFaults(page: Page): Promise<string[]> {
  // Evaluated by the debugger, which the page's policy does not bind.
  await page.evaluate(`${axe};0`)
  const { violations } = await page.evaluate<AxeResults>('axe.run()')
  return violations
    .filter(({ impact }) => SERIOUS.has(impact))
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(', ')}`)
}

/** The same page as another language shows it. */
export async function inLanguage(page: Page, language: string, look: (page: Page) => Promise<void>): Promise<void> {
  const other = await page.context().newPage()
  await other.setExtraHTTPHeaders({ 'Accept-Language': language })
  await other.goto(page.url())
  await look(other)
  await other.close()
}

/** The bytes of a page with its styles, scripts and pictures, as they were before compression. */
export const weightOf = (page: Page): Promise<number> =>
  page.evaluate<number>(
    `[...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
      .filter(({ initiatorType, name }) => initiatorType !== 'fetch' && !name.includes('/stream'))
      .reduce((sum, { decodedBodySize }) => sum + decodedBodySize, 0)`,
  )
