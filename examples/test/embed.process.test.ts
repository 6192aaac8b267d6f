import { globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'
import { run } from './support/process.js'

const sources = join(import.meta.dirname, '../src')
const told = globSync('**/expected-output.txt', { cwd: sources }).map(dirname)

it.each(told)('%s runs to its end and prints exactly its story', async (example) => {
  const running = run(join(example, 'main.js'), {})
  expect(await running.ended()).toBe(0)
  expect(running.output()).toBe(readFileSync(join(sources, example, 'expected-output.txt'), 'utf8'))
})

it('is every example that shows how to embed', () => {
  expect(told).toEqual(
    expect.arrayContaining(['embed-container', 'embed-express', 'embed-hono', 'snippets/your-own-gateway']),
  )
})
