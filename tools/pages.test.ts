import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { OrderStatus, PayStatus } from '@coursepay/core'
import { expect, it } from 'vitest'
import { blocksOf, linksOf } from './docs/shown-code.js'
import { root } from './tidy/source-file.js'

const read = (path: string) => readFileSync(join(root, path), 'utf8')
/** Each page that is there in English and in Chinese. */
const translated = [
  ['README.md', 'README.zh-CN.md'],
  ...globSync('docs/zh/*.md', { cwd: root })
    .filter((path) => !path.includes('['))
    .sort()
    .map((path) => [path.replace('/zh/', '/'), path]),
] as const

/** A link as both languages have it: without the folder of the language, and without that to the other language. */
function sharedLinks(page: string): string[] {
  const targets = linksOf(read(page)).map((target) => join(dirname(page), target).replace('docs/zh/', 'docs/'))
  return targets.filter((target) => !/^README(\.zh-CN)?\.md$/.test(target)).sort()
}

/** The code, and of a picture its arrows: what stands beside them is in the language of the page. */
const codeOf = (page: string) =>
  blocksOf(page).map((block) =>
    block.language === 'mermaid' ? block.code.replace(/(: | as |\b(?:alt|else|opt) ).*/g, '$1') : block,
  )

/** The words of the code in the text, each once: names, settings, commands. */
const namesIn = (page: string) =>
  [...new Set([...page.replace(/^```[\s\S]*?^```$/gm, '').matchAll(/`([^`\n]+)`/g)].map(([, name]) => name))].sort()

it.each(translated)('%s and %s have the same code, links, headings, rows and names', (...paths) => {
  const [english, chinese] = paths.map((path) => {
    const page = read(path)
    return {
      code: codeOf(page),
      links: sharedLinks(path),
      headings: page.match(/^#+ /gm),
      rows: page.match(/^\s*\|/gm)?.length,
      items: page.match(/^\s*(- |\d+\. )/gm)?.length,
      names: namesIn(page),
    }
  })
  expect(chinese).toEqual(english)
})

it('the two READMEs link to each other', () => {
  expect(linksOf(read('README.md'))).toContain('README.zh-CN.md')
  expect(linksOf(read('README.zh-CN.md'))).toContain('README.md')
})

it('every guide is there in Chinese', () => {
  const guides = ['index', 'tutorial', 'embedding', 'production', 'operating', 'testing', 'writing-an-adapter']
  const wanted = [...guides, 'migrating-from-java'].map((name) => `docs/zh/${name}.md`)
  expect(translated.map(([, path]) => path)).toEqual(expect.arrayContaining(wanted))
})

it('the life of a payment names every state with its code', () => {
  const page = read('docs/life-of-a-payment.md')
  for (const [state, code] of [...Object.entries(OrderStatus), ...Object.entries(PayStatus)]) {
    expect(page).toMatch(new RegExp(`^\\| \`${code}\` \\| ${state} \\|`, 'm'))
  }
})

it('the tests that SECURITY.md names are there', () => {
  const named = [...read('SECURITY.md').matchAll(/`([^`]+\.test\.ts)`/g)].map(([, path = '']) => path)
  expect(named.length).toBeGreaterThan(5)
  expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([])
})
