import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { root } from './tidy/source-file.js'

const read = (path: string) => JSON.parse(readFileSync(join(root, path), 'utf8'))

/**
 * A small repository that the launcher stands in. `npm` and `tsc` write down that they were called, and do what the
 * launcher waits for.
 */
function smallRepository() {
  const folder = mkdtempSync(join(tmpdir(), 'coursepay-launch-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const write = (path: string, text: string) => {
    mkdirSync(join(folder, path, '..'), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  const program = (path: string, text: string) => {
    write(path, `#!/bin/sh\n${text}\n`)
    chmodSync(join(folder, path), 0o755)
  }
  cpSync(join(root, 'tools/launch'), join(folder, 'tools/launch'), { recursive: true })
  cpSync(join(root, 'tools/launch.mjs'), join(folder, 'tools/launch.mjs'))
  for (const each of ['packages', 'examples', 'bench']) mkdirSync(join(folder, each))
  write('packages/core/src/money.ts', 'export const yuan = 100')
  for (const each of ['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'tools/pnpm/package-lock.json']) write(each, '')
  write('package.json', JSON.stringify({ scripts: { serve: 'node tools/launch.mjs serve' } }))
  write('tsconfig.base.json', '{}')
  write('tsconfig.json', JSON.stringify({ references: [{ path: 'packages/core' }, { path: 'packages/core/box' }] }))
  for (const [project, built] of Object.entries({ '.': 'dist', box: '../dist/box' })) {
    const compilerOptions = { tsBuildInfoFile: `${built}/.tsbuildinfo` }
    write(`packages/core/${project}/tsconfig.json`, JSON.stringify({ compilerOptions }))
  }
  write(
    'tools/tasks.json',
    JSON.stringify({ serve: [['node', 'serve.mjs']], look: [['echo', 'ran']], test: [], build: [] }),
  )
  write('serve.mjs', SERVE)
  const pnpm = 'node_modules/@pnpm/exe.any'
  const calls = join(folder, 'calls')
  program('pnpm-program', `[ "$1" = --version ] || echo "pnpm $1" >>${calls}`)
  program(
    'node_modules/.bin/npm',
    `echo "npm $1" >>${calls}; [ -f ${folder}/pnpm-program ] || exit 0; mkdir -p ${pnpm}; cp ${folder}/pnpm-program ${pnpm}/pnpm`,
  )
  program('node_modules/.bin/npx', `echo "npx $2 $3" >>${calls}`)
  write('tools/pnpm/package.json', JSON.stringify({ dependencies: { pnpm: '1.2.3' } }))
  program(
    'node_modules/.bin/tsc',
    `echo "tsc $*" >>${calls}; cd packages/core; mkdir -p dist/box; : >dist/.tsbuildinfo; : >dist/box/.tsbuildinfo`,
  )
  return {
    folder,
    write,
    launch: (task: string, environment: Readonly<Record<string, string>> = {}) => {
      rmSync(calls, { force: true })
      const env = { ...process.env, ...environment }
      const args = [join(folder, 'tools/launch.mjs'), task]
      const { status, stdout: said, stderr: progress } = spawnSync(process.execPath, args, { env, encoding: 'utf8' })
      if (status !== 0) throw new Error(progress)
      return { said, progress, called: existsSync(calls) ? readFileSync(calls, 'utf8').trim().split('\n') : [] }
    },
  }
}

const SERVE = `import { writeFileSync } from 'node:fs'
process.on('SIGTERM', () => { writeFileSync('stopped', ''); process.exit(0) })
setInterval(() => {}, 1000)
console.log('open')`

describe('a command of the repository', () => {
  const everything = ['npm install', 'pnpm install', 'tsc -b']

  it('installs and builds first on a fresh clone, and never again while the build fits', () => {
    const repository = smallRepository()
    const progress = 'Installing the packages: this takes a while, once.\nBuilding.\n'
    expect(repository.launch('look')).toEqual({
      said: 'ran\n',
      progress,
      called: [...everything.slice(0, 2), 'tsc -b --noCheck'],
    })
    expect(repository.launch('look')).toEqual({ said: 'ran\n', progress: '', called: [] })
    expect(repository.launch('look', { HOME: '/nowhere', npm_config_offline: 'true' }).called).toEqual([])
  })

  it.each([
    ['a source is another', 'packages/core/src/money.ts', 'export const yuan = 1', ['tsc -b']],
    ['a source is new', 'packages/core/src/fen.ts', '', ['tsc -b']],
    ['the lockfile is another', 'pnpm-lock.yaml', 'other', everything],
    ['a package wants something else', 'packages/core/package.json', '{}', everything],
    ['a page of the documents is another', 'packages/core/README.md', '#', []],
    ['a test is another', 'packages/core/src/money.test.ts', '', []],
  ])('does no more than it must when %s', (_, path, text, called) => {
    const repository = smallRepository()
    repository.launch('look')
    repository.write(path, text)
    expect(repository.launch('look').called).toEqual(called)
    expect(repository.launch('look').called).toEqual([])
  })

  it('checks the types of a build that was only to run, once they are asked for', () => {
    const repository = smallRepository()
    repository.launch('look')
    expect(repository.launch('build').called).toEqual(['tsc -b'])
    expect(repository.launch('build').called).toEqual([])
    expect(repository.launch('look').called).toEqual([])
  })

  it('builds again when what was built is gone', () => {
    const repository = smallRepository()
    repository.launch('look')
    rmSync(join(repository.folder, 'packages/core/dist'), { recursive: true })
    expect(repository.launch('look').called).toEqual(['tsc -b'])
  })

  it('always installs and builds before the tests', () => {
    const repository = smallRepository()
    repository.launch('look')
    expect(repository.launch('test').called).toEqual(everything)
  })
})

describe('pnpm', () => {
  const { integrity } = read('tools/pnpm/package-lock.json').packages['node_modules/pnpm']
  const { pnpm } = read('tools/pnpm/package.json').dependencies

  it('is named by its hash for npm and for Corepack', () => {
    const hex = Buffer.from(integrity.replace('sha512-', ''), 'base64').toString('hex')
    expect(read('package.json').packageManager).toBe(`pnpm@${pnpm}+sha512.${hex}`)
  })

  it('is not used when it does not fit its hash', () => {
    const repository = smallRepository()
    repository.write('pnpm-program', '#!/bin/sh\nexit 1\n')
    expect(() => repository.launch('look')).toThrow(/does not fit its hash/)
  })

  it('comes from the registry, with a word about it, for a system that has no hash', () => {
    const repository = smallRepository()
    rmSync(join(repository.folder, 'pnpm-program'))
    const { called, progress } = repository.launch('look')
    expect(called).toEqual(['npm install', 'npx pnpm@1.2.3 install', 'tsc -b --noCheck'])
    expect(progress).toContain(`pnpm for ${process.platform}-${process.arch} has no hash`)
  })
})

describe('SIGTERM to npm', () => {
  it('ends the server cleanly', async () => {
    const { folder, launch } = smallRepository()
    launch('test')
    const npm = spawn('npm', ['run', 'serve'], { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] })
    await new Promise<void>((resolve) => npm.stdout.on('data', (text) => /open/.test(text) && resolve()))
    // The shell between npm and the launcher dies of the signal; the output ends with the last of all.
    const ended = once(npm, 'close')
    npm.kill('SIGTERM')
    await ended
    expect(existsSync(join(folder, 'stopped'))).toBe(true)
  })
})
