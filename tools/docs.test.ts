import { execFileSync } from 'node:child_process'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type Block, blocksOf, excerpt, linksOf } from './docs/shown-code.js'
import { root } from './tidy/source-file.js'

const read = (path: string) => readFileSync(join(root, path), 'utf8')
// What the site generates stands in docs/reference, and is no page of ours.
const written = globSync('{*.md,docs/**/*.md,packages/*/README.md}', { cwd: root, exclude: ['docs/reference/**'] })
const pages = written.sort()

/** A block that shows a file as it is; anything in TypeScript has to. */
type ShownBlock = Block & { readonly source: NonNullable<Block['source']> }
const isShown = (block: Block): block is ShownBlock => block.source !== null

describe.each(pages)('%s', (page) => {
  const blocks = blocksOf(read(page))
  const shown = blocks.filter(isShown)

  it('shows TypeScript only as it stands in a file', () => {
    expect(blocks.filter((block) => block.language === 'ts' && !isShown(block)).map(({ code }) => code)).toEqual([])
    for (const { source, code } of shown) expect(code, source.path).toBe(excerpt(read(source.path), source.region))
  })

  it('links only to files that exist', () => {
    const missing = linksOf(read(page)).filter((target) => !existsSync(join(root, dirname(page), target)))
    expect(missing).toEqual([])
  })
})

const programs = pages.flatMap((page) =>
  blocksOf(read(page)).flatMap(({ source, output }) =>
    source === null || output === null ? [] : [{ page, source, output }],
  ),
)

it.each(programs)('$page shows what $source.path prints', ({ source, output }) => {
  const program = join(root, source.path.replace('/src/', '/dist/').replace(/\.ts$/, '.js'))
  expect(execFileSync(process.execPath, [program], { encoding: 'utf8' })).toBe(output)
})

it('every package has a page that shows a program and what it prints', () => {
  const wanted = globSync('packages/*/package.json', { cwd: root }).map((path) => join(dirname(path), 'README.md'))
  expect(programs.map(({ page }) => page)).toEqual(expect.arrayContaining([...wanted, 'README.md']))
})

describe('blocksOf', () => {
  it('given a comment above a block, then knows the file, the region, and the output after it', () => {
    const page = '<!-- a/b.ts#one -->\n```ts\nx\n```\n\n```\nprinted\n```\n\ntext\n\n```sh\nls\n```\n'
    expect(blocksOf(page)).toEqual([
      { language: 'ts', code: 'x\n', source: { path: 'a/b.ts', region: 'one' }, output: 'printed\n' },
      { language: 'sh', code: 'ls\n', source: null, output: null },
    ])
  })

  it('given text between, then the second block is no output', () => {
    expect(blocksOf('<!-- a.ts -->\n```ts\nx\n```\n\ntext\n\n```\ny\n```\n').map(({ output }) => output)).toEqual([
      null,
      null,
    ])
  })
})

describe('excerpt', () => {
  const file = 'a\n  // #region inner\n  b\n\n    c\n  // #endregion\nd\n'

  it('given a region, then moves it to the left', () => expect(excerpt(file, 'inner')).toBe('b\n\n  c\n'))
  it('given none, then is the file without the marks', () => expect(excerpt(file, null)).toBe('a\n  b\n\n    c\nd\n'))
  it('given a region that is not there, then throws', () => expect(() => excerpt(file, 'outer')).toThrow('outer'))
})

it('linksOf leaves out the web and the page itself', () => {
  expect(linksOf('[a](b.md#c) [d](https://e.example) [f](#g)')).toEqual(['b.md'])
})
