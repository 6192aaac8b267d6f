import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'

const main = join(import.meta.dirname, '../dist/main.js')
const run = promisify(execFile)
const bench = async (...args: readonly string[]) => (await run(process.execPath, [main, ...args])).stdout

/** `core-tests` runs the tests of core, which the test run has done already. */
const names = (await bench('--list')).split('\n').filter((name) => name !== '' && name !== 'core-tests')

describe('every benchmark runs', () => {
  it('and there are as many as the report has rows for', () => expect(names.length).toBeGreaterThanOrEqual(18))

  it.each(names)('%s yields figures, or says which server it lacks', { timeout: 120_000 }, async (name) => {
    const lines = (await bench('--quick', '--only', name)).trim().split('\n')

    expect(lines.length).toBeGreaterThan(0)
    for (const line of lines) expect(line).toMatch(/^not run: |: (met|missed|told) +\d+(\.\d+)? (×|s) \(/)
  })
})

it('a benchmark of no such name is refused', async () => {
  await expect(bench('--only', 'nothing')).rejects.toThrow(/No benchmark is named nothing/)
})
