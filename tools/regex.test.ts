import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { isOfProgram, madeAtRunTime, regexesOf, slownessOf } from './regex/linear-regex.js'
import { readSources, root } from './tidy/source-file.js'

/**
 * The regular expressions that the checker has found to be linear: it takes up to some seconds for each. A new one is
 * checked when the test runs; `UPDATE_REGEX_LIST=1` writes the list, `CHECK_ALL_REGEX=1` checks those in it, too.
 */
const listFile = join(root, 'tools/regex/linear.json')
const { UPDATE_REGEX_LIST, CHECK_ALL_REGEX } = process.env

/** Not linear, or nothing that the checker is certain about, with the reason why nobody can make use of it. */
const allowed: Readonly<Record<string, string>> = {
  "/'x-delivery-limit'.* current is '(\\d+)'/": 'reads a reply text of AMQP, which has 255 bytes at most',
  '/,\\s*(?=amqps?:)/i': "reads the operator's own AMQP_URL",
  '/.{64}(?=.)/g': "writes the operator's own key in lines",
  '/-----BEGIN ([A-Z0-9 ]{1,40})-----([^-]*)-----END \\1-----/g': "reads the operator's own key",
}

/** Made of names of ours. */
const madeOfOurNames = ['packages/adapter-alipay/sandbox/buyer.ts']

const sources = readSources().filter(isOfProgram)

it('no regular expression of a program takes more than linear time', () => {
  const known = new Set<string>(CHECK_ALL_REGEX === '1' ? [] : JSON.parse(readFileSync(listFile, 'utf8')))
  const found = new Map(sources.flatMap(regexesOf).map((regex) => [regex.text, regex]))
  expect(found.size).toBeGreaterThan(100)
  const slow = [...found.values()].flatMap((regex) => {
    if (known.has(regex.text) || regex.text in allowed) return []
    const slowness = slownessOf(regex)
    return slowness === null ? [] : [`${regex.path}: ${regex.text} is ${slowness}`]
  })
  expect(slow).toEqual([])
  expect(Object.keys(allowed).filter((text) => !found.has(text))).toEqual([])
  if (UPDATE_REGEX_LIST !== '1') return
  const list = [...found.keys()].filter((text) => !(text in allowed)).sort()
  writeFileSync(listFile, `${JSON.stringify(list, null, 2)}\n`)
}, 600_000)

it('no regular expression is made of a text while a program runs', () => {
  expect(sources.flatMap(madeAtRunTime).filter((path) => !madeOfOurNames.includes(path))).toEqual([])
})

it.each(['/^(a+)+$/', '/\\s+$/', '/"(?:[^"\\\\]|\\\\.)*"/', '/<a[^>]*>.*<\\/a>/'])('a planted %s is found', (regex) => {
  const [found] = regexesOf({ path: 'packages/a/src/a.ts', text: `export const a = (b: string) => ${regex}.test(b)` })
  expect(found?.text).toBe(regex)
  expect(slownessOf(found ?? { pattern: '', flags: '' })).toMatch(/vulnerable/)
})

it('a planted RegExp of a text is found, and a page is read as a source is', () => {
  const text = 'export const Page = ({ name }: { name: string }) => <p>{new RegExp(name).test("x")}</p>'
  expect(madeAtRunTime({ path: 'packages/a/src/a.tsx', text })).toHaveLength(1)
})
