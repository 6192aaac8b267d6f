import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { brokenLinks, inLanguage, seriousFaults } from './support/look.js'
import { launchBrowser, openShop } from './support/open-shop.js'
import { findPrograms, named } from './support/programs.js'
import { walk } from './support/walk.js'

const programs = findPrograms()
/** They have no address to open again in another language. */
const answersOfForms = new Set(['cashier-paid'])

describe.skipIf(programs.missing !== null)(named('axe', programs), () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await launchBrowser(programs)
  })
  afterAll(() => browser?.close())

  it.each(['light', 'dark'] as const)(
    'finds nothing serious on any page in %s, in Chinese and in English, and no broken link above it',
    async (colorScheme) => {
      await using open = await openShop(browser)
      const faults: string[] = []
      for await (const [name, page] of walk(open, { width: 360, colorScheme })) {
        for (const fault of await seriousFaults(page)) faults.push(`${name}: ${fault}`)
        if (answersOfForms.has(name)) continue
        await inLanguage(page, 'en', async (english) => {
          const found = [...(await seriousFaults(english)), ...(await brokenLinks(english))]
          faults.push(...found.map((fault) => `${name} in English: ${fault}`))
        })
      }
      expect(faults).toEqual([])
    },
    180_000,
  )
})
