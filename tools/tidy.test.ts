import { describe, expect, it } from 'vitest'
import { forbiddenImports } from './tidy/import-rules.js'
import { oldWords, readPages } from './tidy/old-words.js'
import { importsOf, isTest, readSources, type SourceFile } from './tidy/source-file.js'
import {
  bannedNames,
  escapes,
  impureDomainFiles,
  medianLength,
  overgrownPorts,
  overlongFiles,
  wideComments,
} from './tidy/text-rules.js'

const sources = readSources()
const file = (path: string, text: string): SourceFile => ({ path, text })
const core = (path: string) => `packages/core/src/${path}`

describe('the source as it is', () => {
  it('has no forbidden import', () => expect(forbiddenImports(sources)).toEqual([]))
  it('has a pure domain', () => expect(impureDomainFiles(sources)).toEqual([]))
  it('has no file over 250 lines, and no suite over 300', () => expect(overlongFiles(sources)).toEqual([]))
  it('has no comment over 120 columns', () => expect(wideComments(sources)).toEqual([]))
  it('has a median file under 100 lines', () =>
    expect(medianLength(sources.filter((each) => !isTest(each)))).toBeLessThan(100))
  it('names files by their job', () => expect(bannedNames(sources)).toEqual([]))
  it('has none of the old words', () => expect(oldWords([...sources, ...readPages()])).toEqual([]))
  it('has ports of at most five methods', () => expect(overgrownPorts(sources)).toEqual([]))
  it('goes around no check', () => expect(escapes(sources)).toEqual([]))
  it('is read at all', () => {
    expect(sources.length).toBeGreaterThan(150)
    expect(sources.flatMap(importsOf).length).toBeGreaterThan(500)
  })
})

describe('a planted fault is found', () => {
  const order = core('orders/domain/order.ts')
  it.each([
    ['node: in core', core('shared/money.ts'), `import fs from 'node:fs'`],
    ['a package in core', core('shared/money.ts'), `import { z } from 'zod'`],
    ['inversify in a use case', core('orders/application/create-order.ts'), `import { injectable } from 'inversify'`],
    ['learning in orders', order, `import type { Course } from '../../learning/domain/course.js'`],
    ['orders in learning', core('learning/domain/course.ts'), `export { fen } from '../../orders/domain/order.js'`],
    ['a context in shared', core('shared/money.ts'), `import type { Order } from '../orders/domain/order.js'`],
    ['a port in the domain', order, `import type { OrderStore } from '../ports/order-store.js'`],
    ['a use case in a port', core('orders/ports/order-service.ts'), `import '../application/create-order.js'`],
    [
      'a fake in a use case',
      core('orders/application/create-order.ts'),
      `import { x } from '../../../testing/fakes/index.js'`,
    ],
    ['a package in a fake', 'packages/core/testing/fakes/index.ts', `import { z } from 'zod'`],
    ['an adapter in an adapter', 'packages/http-hono/src/a.ts', `import { x } from '@coursepay/adapter-sql'`],
    ['fakes in an adapter', 'packages/adapter-mq/src/a.ts', `import { x } from '@coursepay/core/fakes'`],
    ['core in the sandbox', 'packages/adapter-alipay/sandbox/a.ts', `import { fen } from '@coursepay/core'`],
    ['the sandbox in the adapter', 'packages/adapter-alipay/src/a.ts', `await import('../sandbox/index.js')`],
    ['an example in a package', 'packages/adapter-mq/src/a.ts', `import '../../../examples/src/x.js'`],
  ])('%s', (_, path, text) => expect(forbiddenImports([file(path, text)])).toHaveLength(1))

  it.each(['const now = Date.now()', 'new Date()', 'Math.random()', 'await order'])('in the domain: %s', (text) =>
    expect(impureDomainFiles([file(order, text)])).toHaveLength(1),
  )

  it('a file of 251 lines, a suite of 301, a banned name, a wide port, a way around a check', () => {
    const methods = Array.from({ length: 6 }, (_, index) => `  method${index}(): void`).join('\n')
    expect(overlongFiles([file('packages/a.ts', '\n'.repeat(250))])).toHaveLength(1)
    expect(overlongFiles([file('packages/a.test.ts', '\n'.repeat(300))])).toHaveLength(1)
    expect(bannedNames([file('packages/core/src/utils.ts', ''), file('packages/order-manager.ts', '')])).toHaveLength(2)
    expect(overgrownPorts([file(core('orders/ports/wide.ts'), `export interface Wide {\n${methods}\n}`)])).toHaveLength(
      1,
    )
    expect(escapes([file('packages/a.ts', '// @ts-ignore')])).toHaveLength(1)
    expect(oldWords([file('packages/a.ts', 'payBack(order)'), file('docs/a.md', 'It goes on.')])).toHaveLength(2)
    const wide = 'so '.repeat(40)
    expect(wideComments([file('packages/a.ts', `// ${wide}\n/** ${wide} */\n * ${wide}`)])).toHaveLength(3)
    expect(wideComments([file('packages/a.ts', `const a = '${wide}'`)])).toEqual([])
  })
})

describe('what is allowed is left alone', () => {
  it.each(['payBackground(order)', 'A worker books the refund.', 'const longestDueFirst = byAge()'])('%s', (text) =>
    expect(oldWords([file('packages/a.ts', text)])).toEqual([]),
  )
  it.each([
    [core('orders/domain/order.ts'), `import type { EpochMs } from '../../shared/ports/clock.js'`],
    [core('container.ts'), `import { ContainerModule } from 'inversify'`],
    ['packages/adapter-sql/src/container.ts', `import { PortToken } from '@coursepay/core/container'`],
    ['packages/adapter-mq/test/a.test.ts', `import { settableClock } from '@coursepay/core/fakes'`],
  ])('%s: %s', (path, text) => expect(forbiddenImports([file(path, text)])).toEqual([]))
})
