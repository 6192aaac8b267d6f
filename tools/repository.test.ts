import { spawnSync } from 'node:child_process'
import { globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { validateWorkflow } from '@action-validator/core'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { root } from './tidy/source-file.js'

const read = (path: string) => readFileSync(join(root, path), 'utf8')
const readJson = (path: string) => JSON.parse(read(path))
const manifests = globSync('packages/*/package.json', { cwd: root }).sort()
const repository = readJson('package.json')

describe.each(manifests)('%s', (path) => {
  const manifest = readJson(path)

  it('says where its source, its issues and its changes are, and what it is about', () => {
    expect(manifest.repository).toEqual({ ...repository.repository, directory: dirname(path) })
    expect(manifest.bugs).toBe(repository.bugs)
    expect(manifest.keywords.length).toBeGreaterThan(3)
    expect(read(join(dirname(path), 'CHANGELOG.md'))).toContain(`\n## ${manifest.version}\n`)
    expect(manifest.files).toContain('CHANGELOG.md')
  })

  it('has the version and the oldest Node of all others', () => {
    expect([manifest.version, manifest.engines]).toEqual([repository.version, repository.engines])
  })

  it('lets its users update a dependency without us, and never the SDK that handles their keys', () => {
    const { 'alipay-sdk': sdk = '0.0.0', ...others } = manifest.dependencies ?? {}
    expect(sdk).toMatch(/^\d/)
    expect(Object.entries(others).filter(([, range]) => !/^\^\d/.test(String(range)))).toEqual([])
  })
})

const bins = manifests.flatMap((path) =>
  Object.entries<string>(readJson(path).bin ?? {}).map(([name, file]) => ({
    name,
    file: join(root, dirname(path), file),
  })),
)

describe.each(bins)('$name', ({ name, file }) => {
  const start = (version: string) => {
    const setVersion = `Object.defineProperty(process.versions, 'node', { value: '${version}' })`
    const args = ['--import', `data:text/javascript,${encodeURIComponent(setVersion)}`, file, '--help']
    return spawnSync(process.execPath, args, { encoding: 'utf8' })
  }

  it('says in one sentence that a Node is too old', () => {
    expect(start('22.13.1')).toMatchObject({
      status: 2,
      stdout: '',
      stderr: `${name} needs Node 22.14 or newer; this is 22.13.1.\n`,
    })
  })

  it('starts on the oldest Node that is promised', () => {
    expect(start('22.14.0')).toMatchObject({ status: 0, stdout: expect.stringContaining(name), stderr: '' })
  })
})

it('.nvmrc names the Node that the repository brings along', () => {
  expect(read('.nvmrc').trim()).toBe(repository.devDependencies.node)
})

describe('the workflows', () => {
  it.each(globSync('.github/workflows/*.yml', { cwd: root }))('%s is one that GitHub reads', (path) => {
    expect(validateWorkflow(read(path)).errors).toEqual([])
  })

  it('a workflow with a misspelt key is refused', () => {
    const misspelt = read('.github/workflows/ci.yml').replace('runs-on', 'run-on')
    expect(validateWorkflow(misspelt).errors).not.toEqual([])
  })

  it('CI runs .ci/run, and each package on the oldest Node that it promises', () => {
    const { jobs } = parse(read('.github/workflows/ci.yml'))
    expect(jobs.everything.steps).toContainEqual({ run: '.ci/run' })
    expect(jobs.servers.strategy.matrix.node.map((version: string) => `>=${version}`)).toContain(
      repository.engines.node,
    )
    const tests: string = jobs.servers.steps.at(-1).run
    const tested = [...tests.matchAll(/--project (\S+)/g)].map(([, name]) => `packages/${name}`)
    expect(tested.sort()).toEqual(manifests.map((path) => dirname(path)))
  })

  it('a release carries its provenance and needs no token of npm', () => {
    const { release } = parse(read('.github/workflows/release.yml')).jobs
    expect(release.permissions['id-token']).toBe('write')
    expect(release.env.NPM_CONFIG_PROVENANCE).toBe('true')
    expect(read('.github/workflows/release.yml')).not.toContain('NPM_TOKEN')
  })
})
