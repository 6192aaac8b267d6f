import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { architectureDiagram, areasInImportCycles, importsBetweenAreas } from './architecture/areas.js'
import { filesInImportCycles } from './architecture/import-cycles.js'
import { readSources, root } from './tidy/source-file.js'

const page = join(root, 'docs/architecture.md')
const BLOCK = /(<!-- imports: drawn by tools\/architecture -->\n)[\s\S]*?(\n<!-- end of imports -->)/

const file = (path: string, target: string) => ({ path, text: `import '${target}'` })
const domain = 'packages/core/src/orders/domain/a.ts'
const ports = 'packages/core/src/orders/ports/a.ts'
const shared = 'packages/core/src/shared/a.ts'

describe('the areas of the sources', () => {
  const graph = importsBetweenAreas(readSources())

  it('import each other in no circle', () => expect(areasInImportCycles(graph)).toEqual([]))

  it('stand in the picture of docs/architecture.md: `npm run api` draws it', async () => {
    const text = readFileSync(page, 'utf8')
    expect(BLOCK.test(text)).toBe(true)
    const picture = architectureDiagram(graph)
    const drawn = text.replace(BLOCK, (_, start: string, end: string) => `${start}\n${picture}\n${end}`)
    await expect(drawn).toMatchFileSnapshot(page)
  })
})

describe('the files of the sources', () => {
  it('import each other in no circle, types included', () => expect(filesInImportCycles(readSources())).toEqual([]))
})

it('a circle of three files is found, also one of types', () => {
  const files = [file('a/one.ts', './two.js'), file('a/two.ts', '../b/three.js'), file('b/four.ts', '../a/one.js')]
  const closing = { path: 'b/three.tsx', text: "import type { One } from '../a/one.js'" }
  expect(filesInImportCycles([...files, closing])).toEqual(['a/one.ts', 'a/two.ts', 'b/three.tsx'])
})

it('a circle of two areas is found', () => {
  const graph = importsBetweenAreas([file(domain, '../ports/a.js'), file(ports, '../domain/a.js')])
  expect(areasInImportCycles(graph)).toEqual(['orders/domain', 'orders/ports'])
})

it('an arrow that a longer way implies is left out of the picture', () => {
  const picture = architectureDiagram(
    importsBetweenAreas([
      file(ports, '../domain/a.js'),
      file(ports, '../../shared/a.js'),
      file(domain, '../../shared/a.js'),
      file(shared, './b.js'),
    ]),
  )
  expect(picture.split('\n').filter((line) => line.includes('-->'))).toEqual([
    '  orders_domain --> shared',
    '  orders_ports --> orders_domain',
  ])
})
