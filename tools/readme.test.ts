import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { root } from './tidy/source-file.js'

const readme = readFileSync(join(root, 'README.md'), 'utf8')
const SHOWN = /<!-- (examples\/src\/\S+\.ts) -->\n```ts\n([\s\S]*?)```\n\n```\n([\s\S]*?)```/g

describe('the README', () => {
  const shown = [...readme.matchAll(SHOWN)]
  it.each(shown.map(([, path = '', code = '', output = '']) => ({ path, code, output })))(
    'shows $path as it is, and what it prints',
    ({ path, code, output }) => {
      expect(readFileSync(join(root, path), 'utf8')).toBe(code)
      const program = join(root, path.replace('/src/', '/dist/').replace(/\.ts$/, '.js'))
      expect(execFileSync(process.execPath, [program], { encoding: 'utf8' })).toBe(output)
    },
  )

  it('shows a program at all, and names only files that exist', () => {
    expect(shown).toHaveLength(1)
    const links = [...readme.matchAll(/\]\(([^)#:]+)\)/g)].map(([, target = '']) => target)
    expect(links.filter((target) => !existsSync(join(root, target)))).toEqual([])
    expect(links.length).toBeGreaterThan(5)
  })
})
