import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { declarationsOf } from './api/declarations.js'
import { apiReport } from './api/report.js'
import { root } from './tidy/source-file.js'

const packages = globSync('packages/*', { cwd: root })

it.each(packages)('the API report of %s is up to date: `npm run api` writes it', async (folder) => {
  const report = apiReport(join(root, folder))
  await expect(report).toMatchFileSnapshot(join(root, 'docs/api', `${basename(folder)}.md`))
})

it('the face of core has at most 90 names', () => {
  expect(declarationsOf(join(root, 'packages/core/dist/src/index.d.ts')).length).toBeLessThanOrEqual(90)
})

it.each(['OrderService', 'PaymentGateway', 'OutboxPort', 'ChooseCourseRepository'])(
  'the port %s keeps the name that its user gave it',
  (name) => expect(apiReport(join(root, 'packages/core'))).toContain(`interface ${name} {`),
)

const chosenLibraries =
  'inversify reflect-metadata alipay-sdk qrcode flake-idgen knex better-sqlite3 mysql2 amqplib hono'

it.each(chosenLibraries.split(' '))(
  'the library %s, which its user chose, is one that a package depends on',
  (name) => {
    const manifests = packages.map((folder) => JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')))
    const named = manifests.flatMap(({ dependencies, peerDependencies }) =>
      Object.keys({ ...dependencies, ...peerDependencies }),
    )
    expect(named).toContain(name)
  },
)

it('given declarations that are passed on, then each has its own words and its whole code', () => {
  const folder = mkdtempSync(join(tmpdir(), 'coursepay-api-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'index.d.ts'), `export * from './a.js';\nexport { type B, c as d } from './b.js';\n`)
  writeFileSync(
    join(folder, 'a.d.ts'),
    `import type { X } from './x.js';\n/**\n * Two lines\n * of words.\n */\nexport interface A {\n    /** A member. */\n    x: X;\n}\ndeclare const hidden: 1;\n`,
  )
  writeFileSync(
    join(folder, 'b.d.ts'),
    `/** Of b. */\nexport type B = {\n    y: 1;\n} & {\n    z: 2;\n};\nexport declare const c: (a: {\n    b: number;\n}) => void;\n`,
  )
  const found = declarationsOf(join(folder, 'index.d.ts')).map(({ name, text, code }) => [name, text, code])
  expect(found).toEqual([
    ['A', 'Two lines\nof words.', 'export interface A {\n    /** A member. */\n    x: X;\n}'],
    ['B', 'Of b.', 'export type B = {\n    y: 1;\n} & {\n    z: 2;\n};'],
    ['d', '', 'export declare const c: (a: {\n    b: number;\n}) => void;'],
  ])
})
