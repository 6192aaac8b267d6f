import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { OrderStatus, PayStatus } from '@coursepay/core'
import { expect, it } from 'vitest'
import { blocksOf, linksOf } from './docs/shown-code.js'
import { root } from './tidy/source-file.js'

const read = (path: string) => readFileSync(join(root, path), 'utf8')
const languages = ['README.md', 'README.zh-CN.md']

it('README.zh-CN.md has the code, the links, the headings and the rows of README.md', () => {
  const [english, chinese] = languages.map(read).map((page) => ({
    code: blocksOf(page),
    links: linksOf(page)
      .filter((target) => !languages.includes(target))
      .sort(),
    headings: page.match(/^#+ /gm),
    rows: page.match(/^\|/gm)?.length,
    commands: page.match(/^\| `npm[^|]*/gm),
  }))
  expect(chinese).toEqual(english)
  expect(linksOf(read('README.md'))).toContain('README.zh-CN.md')
  expect(linksOf(read('README.zh-CN.md'))).toContain('README.md')
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
