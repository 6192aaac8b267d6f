import { execFileSync } from 'node:child_process'
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { excerpt } from './docs/shown-code.js'
import { siteAddress } from './site/markdown.js'
import { groups } from './site/navigation.js'
import { searchWords } from './site/search.js'
import { root } from './tidy/source-file.js'

describe('the site', () => {
  const folder = mkdtempSync(join(tmpdir(), 'coursepay-site-'))
  afterAll(() => rmSync(folder, { recursive: true }))
  const read = (path: string) => readFileSync(join(folder, path), 'utf8')
  const pages = () => globSync('**/*.html', { cwd: folder })

  // VitePress ends with 1 when a link leads to no page.
  beforeAll(() => {
    const program = join(root, 'node_modules/vitepress/bin/vitepress.js')
    const env = { ...process.env, NODE_ENV: 'production' }
    execFileSync(process.execPath, [program, 'build', join(root, 'docs'), '--outDir', folder], { env, stdio: 'pipe' })
  }, 240_000)

  it.each([
    ['index.html', 'en', 'Ten lines'],
    ['zh/index.html', 'zh-CN', '十行代码'],
  ])('%s speaks %s, and shows the tested ten lines', (page, language, heading) => {
    const html = read(page)
    expect(html).toContain(`<html lang="${language}"`)
    expect(textOf(html)).toContain(heading)
    const lines = excerpt(readFileSync(join(root, 'examples/src/embed-hono/main.ts'), 'utf8'), 'mount')
    expect(lines.trim().split('\n').length).toBeLessThanOrEqual(10)
    expect(textOf(html)).toContain(lines.trim())
  })

  it('has a page of each entry point, with its docstrings', () => {
    const reference = textOf(read('reference/core.html'))
    expect(reference).toContain('createCheckout')
    expect(reference).toContain('The optimistic lock: a commit raises it by one.')
    expect(pages()).toContain('reference/core-ports.html')
  })

  it.each([
    ['root', ['createCheckout', 'redrive', 'OrderRepository']],
    ['zh', ['退款', '对账', '支付']],
  ])('finds words by the search of %s, without a network', async (locale, words) => {
    const [index = ''] = globSync(`assets/chunks/@localSearchIndex${locale}.*.js`, { cwd: folder })
    const module: { default: string } = await import(join(folder, index))
    const terms: [string, unknown][] = JSON.parse(module.default).index
    const known = new Set(terms.map(([term]) => term))
    expect(words.map((word) => word.toLowerCase()).filter((word) => !known.has(word))).toEqual([])
  })

  it('has every page and every heading that a page of it links to', () => {
    const ids = new Map(pages().map((page) => [page, idsOf(read(page))]))
    const broken = pages().flatMap((page) =>
      linksOf(read(page))
        .filter((href) => {
          const { pathname, hash } = new URL(href, `http://site/${page}`)
          const found = ids.get(pathname.slice(1).replace(/(^|\/)$/, '$1index.html'))
          return found === undefined || (hash !== '' && !found.has(decodeURIComponent(hash.slice(1))))
        })
        .map((href) => `${page}: ${href}`),
    )
    expect(broken).toEqual([])
  })

  it.each(['life-of-a-payment.html', 'zh/life-of-a-payment.html'])('%s shows its diagrams as pictures', (page) => {
    expect(read(page).match(/<div class="diagram"[^>]*><svg/g)).toHaveLength(4)
    expect(textOf(read(page))).not.toContain('sequenceDiagram')
  })

  it('loads nothing from another host', () => {
    const loaded = pages().flatMap((page) =>
      [...read(page).matchAll(/<(?:script|img|link)\b[^>]*?\b(?:src|href)="(https?:[^"]*|\/\/[^"]*)"/g)].map(
        ([, url]) => url,
      ),
    )
    expect(loaded).toEqual([])
    expect(pages().filter((page) => /@import\s+url/.test(read(page)))).toEqual([])
    for (const style of globSync('assets/*.css', { cwd: folder })) expect(read(style)).not.toMatch(/url\(["']?https?:/)
  })
})

const textOf = (html: string) =>
  html
    .replace(/<[^>]+>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')

const idsOf = (html: string) => new Set([...html.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id))

const linksOf = (html: string) =>
  [...html.matchAll(/<a\b[^>]*?\shref="([^"]+)"/g)]
    .map(([, href = '']) => href.replaceAll('&amp;', '&'))
    .filter((href) => !/^[a-z]+:/.test(href))

it('every page of docs stands in the sidebar: tools/site/navigation.ts', () => {
  const listed = groups.flatMap(({ pages }) => pages)
  const found = (folder: string) =>
    globSync('*.md', { cwd: join(root, folder) }).flatMap((name) =>
      /^(index|\[page\])\.md$/.test(name) ? [] : [name.slice(0, -3)],
    )
  const paths = listed.map(({ path }) => path).filter((path) => !path.includes('/'))
  expect(found('docs').sort()).toEqual(paths.toSorted())
  expect(found('docs/zh').sort()).toEqual(listed.flatMap(({ path, zh }) => (zh === undefined ? [] : [path])).toSorted())
})

describe('a link of a page', () => {
  const page = join(root, 'docs/zh/embedding.md')
  it.each([
    ['operating.md#rotate-keys', 'operating.md#rotate-keys'],
    ['../decisions/README.md', '../decisions/index.md'],
    ['../api/core.md', '/reference/core.md'],
    ['../../examples/src/embed-hono', 'https://github.com/coursepay/coursepay/blob/main/examples/src/embed-hono'],
    ['https://e.example/a', 'https://e.example/a'],
    ['#here', '#here'],
  ])('%s becomes %s', (href, address) => expect(siteAddress(href, page)).toBe(address))
})

it('the search knows Chinese words by pairs of characters', () => {
  expect(searchWords('对账单在 createCheckout 里')).toEqual(['对账', '账单', '单在', 'createCheckout', '里'])
})
