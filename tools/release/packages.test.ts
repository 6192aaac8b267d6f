import {
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { excerpt } from '../docs/shown-code.js'
import { root } from '../tidy/source-file.js'
import { FreshProject } from './fresh-project.js'
import { pack, removeStaleOutputs } from './pack.js'
import { run, tool } from './run.js'
import { entryPoints, openTarball, packagesNamed, sourcesOfMaps, type Tarball } from './tarball.js'

const MINUTE = 60_000
const NAMES = globSync('packages/*', { cwd: root }).map((path) => path.replace(/^packages./, '@coursepay/'))

const temporaryFolder = realpathSync(mkdtempSync(join(tmpdir(), 'coursepay-packages-')))
let tarballs: readonly Tarball[] = []
beforeAll(() => {
  tarballs = pack(join(temporaryFolder, 'release')).map(openTarball)
}, MINUTE)
afterAll(() => rmSync(temporaryFolder, { recursive: true, force: true }))

const tarballOf = (name: string): Tarball => {
  const found = tarballs.find(({ manifest }) => manifest.name === name)
  if (found === undefined) throw new Error(`${name} was not packed`)
  return found
}

describe.each(NAMES)('the tarball of %s', (name) => {
  it('has a licence, a page, and neither tests nor the compiler’s notes', () => {
    const { files } = tarballOf(name)
    expect(files).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'package.json', 'src/index.ts']))
    expect(files.filter((file) => /\.test\.|(^|\/)test\/|tsbuildinfo|node_modules/.test(file))).toEqual([])
  })

  it('has source maps that point into it', () => {
    const { files } = tarballOf(name)
    const sources = sourcesOfMaps(tarballOf(name))
    expect(sources.length).toBeGreaterThan(5)
    expect(sources.filter((source) => !files.includes(source))).toEqual([])
  })

  it('lists its exports by hand, each with types and code that are there', () => {
    const { files, manifest, text } = tarballOf(name)
    expect(manifest).toMatchObject({ type: 'module', sideEffects: false })
    expect(text('package.json')).not.toMatch(/workspace:/)
    expect(Object.keys(manifest.exports).join()).not.toContain('*')
    const targets = Object.values(manifest.exports).flatMap((target) => [target.types, target.default])
    expect(targets.filter((target) => !files.includes(target.slice(2)))).toEqual([])
  })

  it('declares every package that it names', () => {
    const { dependencies, peerDependencies } = tarballOf(name).manifest
    const declared = Object.keys({ ...dependencies, ...peerDependencies })
    expect(declared).toEqual(expect.arrayContaining([...packagesNamed(tarballOf(name))]))
  })

  it('is clean for publint', () => {
    expect(run(tool('publint'), ['run', tarballOf(name).path, '--strict'])).toContain('All good!')
  })

  it('is clean for arethetypeswrong: for node16 and bundlers, as ESM', () => {
    run(tool('attw'), [tarballOf(name).path, '--profile', 'esm-only']) // throws what it finds wrong
  })
})

describe('what a user shares with a package is a peer', () => {
  it('core, inversify, Hono, the drivers, Swagger UI and OpenTelemetry', () => {
    const peers = (name: string) => Object.keys(tarballOf(name).manifest.peerDependencies ?? {})
    const container = ['inversify', 'reflect-metadata']
    expect(Object.fromEntries(NAMES.map((name) => [name.replace('@coursepay/', ''), peers(name)]))).toEqual({
      core: container,
      'adapter-alipay': ['@coursepay/core', 'node-forge'],
      'adapter-sql': ['@coursepay/core', 'better-sqlite3', 'mysql2'],
      'adapter-mq': ['@coursepay/core', 'amqplib'],
      'http-hono': ['@coursepay/core', '@opentelemetry/api', 'hono', ...container, 'swagger-ui-dist'],
    })
  })

  it('and only core and Hono have to be there', () => {
    const needed = tarballs.flatMap(({ manifest: { peerDependencies, peerDependenciesMeta } }) =>
      Object.keys(peerDependencies ?? {}).filter((peer) => peerDependenciesMeta?.[peer]?.optional !== true),
    )
    expect(new Set(needed)).toEqual(new Set(['@coursepay/core', 'hono']))
  })
})

const versions: Readonly<Record<string, string>> = Object.assign(
  {},
  ...[...globSync('packages/*/package.json', { cwd: root }), 'examples/package.json', 'package.json'].flatMap(
    (path) => {
      const { dependencies, devDependencies } = JSON.parse(readFileSync(join(root, path), 'utf8'))
      return [devDependencies, dependencies]
    },
  ),
)
const pinned = (...names: string[]) => names.map((name) => `${name}@${versions[name]}`)
const importAll = (specifiers: readonly string[]) =>
  [
    ...specifiers.map((specifier, index) => `import * as entry${index} from '${specifier}'`),
    `console.log([${specifiers.map((_, index) => `entry${index}`)}].every((entry) => Object.keys(entry).length > 0))`,
  ].join('\n')

const expectedOutputOf = (example: string) =>
  readFileSync(join(root, 'examples/src', example, 'expected-output.txt'), 'utf8')

const isCode = (line: string) => line.trim() !== '' && !/^\s*(\/\/|\/?\*)/.test(line)

it.each([
  ['a Hono shop', 'embed-hono/main.ts', 'mount', 15],
  ['a webinar with a price and a mail when it is paid', 'sell-webinars/main.ts', 'sell', 25],
  ['a test of a service', 'snippets/node-test/main.ts', null, 15],
  ['a Fastify plugin', 'embed-frameworks/fastify.ts', 'fastify', 15],
  ['a NestJS module', 'embed-frameworks/nest.ts', 'nest', 15],
  ['route handlers of Next.js', 'embed-frameworks/next.ts', 'next', 15],
])('%s takes few lines, its imports of ours included', (_, path, region, most) => {
  const text = readFileSync(join(root, 'examples/src', path), 'utf8')
  const shown = region === null ? text : excerpt(text, region)
  const imports = region === null ? [] : text.split('\n').filter((line) => line.includes("from '@coursepay/"))
  expect([...imports, ...shown.split('\n').filter(isCode)].length).toBeLessThanOrEqual(most)
})

const EXAMPLES = [
  ...['in-memory', 'packages/alipay', 'packages/sql', 'packages/mq', 'packages/http'].map((name) => `snippets/${name}`),
  'embed-hono',
  'sell-webinars',
  'snippets/own-database',
]

describe('a project of one’s own that has SQLite and Hono, and no container', () => {
  const project = new FreshProject(join(temporaryFolder, 'sqlite-and-hono'))
  const needsMore = (specifier: string) => /\/(container|telemetry)$/.test(specifier)
  const answerTo = (call: string) => `${call}.then(() => 'fine', (error) => error.message).then(console.log)`
  beforeAll(() => {
    const own = pinned('hono', '@hono/node-server', 'better-sqlite3', '@types/better-sqlite3', '@types/node')
    project.install([...tarballs.map(({ path }) => path), ...own])
    for (const folder of EXAMPLES) project.addExample(folder)
    project.addSource('entries.ts', importAll(tarballs.flatMap(entryPoints).filter((each) => !needsMore(each))))
    project.compile('node16')
  }, 2 * MINUTE)

  it('has installed no other driver, and no second core', () => {
    const installed = globSync(
      'node_modules/**/{mysql2,amqplib,node-forge,inversify,swagger-ui-dist,@coursepay/core}/package.json',
      {
        cwd: project.folder,
      },
    )
    expect(installed.map((path) => dirname(path))).toEqual([join('node_modules', '@coursepay', 'core')])
  })

  it('finds every type, under bundlers too', () => expect(project.compile('bundler')).toBe(''), MINUTE)
  it('imports every entry but the containers and the traces', () => expect(project.start('entries.js')).toBe('true\n'))

  it.each(EXAMPLES)('runs %s', (example) => expect(project.start(`${example}/main.js`)).toBe(expectedOutputOf(example)))

  it.each([
    ['coursepay-alipay-sandbox', '--port'],
    ['coursepay-alipay-doctor', '--codes'],
    ['coursepay-mq', 'dead-letters redrive'],
  ])('starts %s by npx', (program, option) => expect(project.npx(program, '--help')).toContain(option))

  it.each([
    ['mysql2', '@coursepay/adapter-sql', `sqlStore({ url: 'mysql://root@127.0.0.1/shop' }).open()`],
    ['amqplib', '@coursepay/adapter-mq', `openRabbitBroker({ url: 'amqp://127.0.0.1' })`],
    ['node-forge', '@coursepay/adapter-alipay/sandbox', 'startAlipaySandbox({ certificates: true })'],
  ])('is told to install %s when it is used', (driver, module, call) => {
    const name = call.slice(0, call.indexOf('('))
    const answer = project.evaluate(`import { ${name} } from '${module}'\n${answerTo(call)}`)
    expect(answer).toContain(`npm install ${driver}`)
  })
})

describe('a project of one’s own that has everything', () => {
  const project = new FreshProject(join(temporaryFolder, 'everything'))
  beforeAll(() => {
    const own = pinned('hono', 'better-sqlite3', 'mysql2', 'amqplib', 'node-forge', 'inversify', 'reflect-metadata')
    const more = pinned('@opentelemetry/api', '@types/node', '@types/node-forge')
    project.install([...tarballs.map(({ path }) => path), ...own, ...more])
    project.addExample('embed-container')
    project.addSource('entries.ts', `import 'reflect-metadata'\n${importAll(tarballs.flatMap(entryPoints))}`)
    project.compile('node16')
  }, 2 * MINUTE)

  it('finds every type, under bundlers too', () => expect(project.compile('bundler')).toBe(''), MINUTE)
  it('imports every entry', () => expect(project.start('entries.js')).toBe('true\n'))
  it('runs the checkout out of a container', () =>
    expect(project.start('embed-container/main.js')).toBe(expectedOutputOf('embed-container')))

  it('opens MySQL, and the sandbox in certificate mode', () => {
    const text = `
      import { sqlStore } from '@coursepay/adapter-sql'
      import { startAlipaySandbox } from '@coursepay/adapter-alipay/sandbox'
      const { code } = await sqlStore({ url: 'mysql://root@127.0.0.1:1/shop' }).open().catch((error) => error)
      console.log(code) // the driver is there, the server is not
      const sandbox = await startAlipaySandbox({ certificates: true })
      console.log(sandbox.merchant.certificates !== undefined)
      await sandbox.stop()`
    expect(project.evaluate(text)).toBe('store_unavailable\ntrue\n')
  })
})

it('given an output whose source is gone, then it is not packed', () => {
  const folder = join(temporaryFolder, 'stale')
  for (const each of ['src', 'dist']) mkdirSync(join(folder, each), { recursive: true })
  const outputs = ['js', 'js.map', 'd.ts', 'd.ts.map'].flatMap((kind) => [`kept.${kind}`, `gone.${kind}`])
  for (const output of outputs) writeFileSync(join(folder, 'dist', output), '')
  writeFileSync(join(folder, 'src/kept.ts'), '')
  removeStaleOutputs(folder)
  expect(outputs.filter((output) => existsSync(join(folder, 'dist', output)))).toEqual(
    outputs.filter((output) => output.startsWith('kept')),
  )
})
