import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'

const page = await readFile(join(import.meta.dirname, '../../docs/delivery.md'), 'utf8')
const folder = join(import.meta.dirname, 'faults')

/** The titles in the table of crash points. */
const named = page
  .matchAll(/^\|.*\| `(crash point \d+: .*)` \|$/gm)
  .toArray()
  .flatMap(([, title]) => title ?? [])

async function testTitles(): Promise<string[]> {
  const files = (await readdir(folder)).filter((file) => file.startsWith('crash-points'))
  const sources = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')))
  return sources.flatMap((source) =>
    source
      .matchAll(/'(crash point \d+: .*)'/g)
      .toArray()
      .map(([, title]) => title ?? ''),
  )
}

it('given the page on delivery, then it has each of the 15 crash points, and each test that it names exists', async () => {
  expect(named.toSorted()).toEqual((await testTitles()).toSorted())
  const points = new Set(named.map((title) => Number(/\d+/.exec(title))))
  expect([...points].toSorted((one, other) => one - other)).toEqual(Array.from({ length: 15 }, (_, index) => index + 1))
})

it('given the page on delivery, then every test file that it names exists', async () => {
  const files = page
    .matchAll(/`([\w.-]+\.test\.ts)`/g)
    .toArray()
    .map(([, file]) => file)
  expect(files.length).toBeGreaterThan(0)
  expect(await readdir(folder)).toEqual(expect.arrayContaining(files))
})
