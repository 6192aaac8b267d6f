import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { useCompileCache } from '../src/apps/process/start-program.js'
import { run } from './support/process.js'
import { SECRET } from './support/shop-process.js'

const programs = ['server', 'learning', 'materials', 'doctor', 'reconcile', 'demo', 'soak']
const main = (program: string) => `${program === 'demo' ? 'demo-shop' : `apps/${program}`}/main.js`
const settings = { JWT_SECRET: SECRET, DATABASE_URL: 'sqlite::memory:', PORT: '0' }

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'coursepay-'))
  onTestFinished(() => rmSync(made, { recursive: true }))
  return made
}

describe.each(programs)('the program %s', (program) => {
  it('prints its help and does nothing', async () => {
    const running = run(main(program), {}, ['--help'])
    expect(await running.ended()).toBe(0)
    expect(running.output()).toMatch(new RegExp(`^npm run ${program}`))
  })

  it('says in one sentence that a Node is too old', async () => {
    const version = encodeURIComponent("Object.defineProperty(process.versions,'node',{value:'20.20.2'})")
    const running = run(main(program), { NODE_OPTIONS: `--import=data:text/javascript,${version}` })
    expect(await running.ended()).toBe(1)
    expect(running.output()).toBe('Node.js 20.20.2 is too old: use 22.14 or newer, or npm run, which brings its own.\n')
  })

  it('refuses an argument that it does not know', async () => {
    const running = run(main(program), settings, ['--port=80'])
    expect(await running.ended()).toBeGreaterThan(0)
    expect(running.output()).toContain(program === 'demo' ? 'unknown argument. Use --once or nothing' : '')
    expect(running.output()).not.toMatch(/"port":/)
  })
})

describe('the server', () => {
  it('keeps the files that it makes to its own user', async () => {
    const made = join(folder(), 'data')
    const server = run(main('server'), { ...settings, DATABASE_URL: `sqlite:${made}/shop.db` })
    await server.shows(/"port":\d+/)
    const modes = [made, `${made}/shop.db`, `${made}/shop.db-wal`].map((path) => statSync(path).mode & 0o777)
    expect(modes).toEqual([0o700, 0o600, 0o600])
    expect(await server.kill('SIGTERM')).toBe(0)
  })

  it('says in one sentence that a port is in use, and that an address is not its own', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => other.once('listening', resolve))
    onTestFinished(() => void other.close())
    const address = other.address()
    const port = typeof address === 'object' ? String(address?.port) : ''
    for (const [given, sentence] of [
      [{ PORT: port }, `PORT: another program listens on 127.0.0.1, port ${port}: stop it, or set another port\n`],
      [
        { HOST: '192.0.2.1', ALIPAY_SANDBOX: 'on' },
        'HOST: 192.0.2.1 is not an address of this machine: use 127.0.0.1, or 0.0.0.0 for all of its addresses\n',
      ],
    ] as const) {
      const server = run(main('server'), { ...settings, ...given })
      expect(await server.ended()).toBe(1)
      expect(server.output().split('\n  ').at(-1)).toBe(sentence)
    }
  })
})

describe('the compile cache', () => {
  it.each([0o755, 0o770, 0o777])('is left alone in a folder of mode %o, which others may write to or read', (mode) => {
    const shared = join(folder(), 'cache')
    mkdirSync(shared, { mode })
    expect(useCompileCache(shared)).toBe(false)
  })

  it('is made with mode 0700 and used', () => {
    const own = join(folder(), 'cache')
    expect([useCompileCache(own), statSync(own).mode & 0o777]).toEqual([true, 0o700])
  })
})

it('every command of the repository is a program here or has a help in the launcher', () => {
  const root = join(import.meta.dirname, '../..')
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const launcher = readFileSync(join(root, 'tools/launch.mjs'), 'utf8')
  const commands = Object.entries(scripts).filter(([, line]) => String(line).includes('launch.mjs'))
  const unexplained = commands.filter(
    ([name]) =>
      !['bench', 'dead-letters', 'sandbox', ...programs].includes(name) &&
      !new RegExp(`^  ${name}: '`, 'm').test(launcher),
  )
  expect(unexplained).toEqual([])
})
