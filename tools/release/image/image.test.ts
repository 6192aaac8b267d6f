import { spawnSync } from 'node:child_process'
import { existsSync, globSync, mkdtempSync, readFileSync, realpathSync, rmSync, statSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { validate } from 'dockerfile-utils'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { root } from '../../tidy/source-file.js'
import { buildImage } from './build-image.js'
import { Container, runOnce } from './container.js'
import { stagesOf, startOf } from './dockerfile.js'

const dockerfile = readFileSync(join(root, 'Dockerfile'), 'utf8')
const stages = stagesOf(dockerfile)
const finalStage = stages.at(-1)
if (finalStage === undefined) throw new Error('The Dockerfile has no stage.')
const start = startOf(finalStage)

describe('the Dockerfile', () => {
  it('is clean for its linter', () => expect(validate(dockerfile)).toEqual([]))
  it('runs the programs as a user without rights', () => expect(start.user).toBe('node'))

  it('builds and runs on the Node that the repository brings along', () => {
    const { node } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).devDependencies
    const images = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, image]) => image)
    expect(images).toEqual(stages.map(() => `node:${node}-bookworm-slim`))
  })
})

const freePort = () =>
  new Promise<number>((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' ? (address?.port ?? 0) : 0))
    })
  })

/** Linux lets root give a process a machine of its own. Where it does not, the tests are skipped, but not in CI. */
const hasNamespaces = spawnSync('unshare', ['--mount', '--pid', '--fork', 'true']).status === 0
const mustRun = process.env.REQUIRE_SERVICES === '1'

describe.skipIf(!hasNamespaces && !mustRun)('the image', () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'coursepay-image-')))
  let image = ''
  beforeAll(() => {
    image = buildImage(stages, folder)
  }, 300_000)
  afterAll(() => rmSync(folder, { recursive: true, force: true }), 60_000)

  it('holds the programs and what they need, and nothing to develop with', () => {
    expect(existsSync(join(image, start.folder, start.command[0] ?? ''))).toBe(true)
    const tools = globSync('app/node_modules/.pnpm/{typescript,vitest,@biomejs+*,playwright-core,@nestjs+*}@*', {
      cwd: image,
    })
    expect(tools).toEqual([])
    expect(globSync('app/**/{.git,.env*,*.test.*}', { cwd: image, exclude: ['**/node_modules'] })).toEqual([])
  })

  it('starts, says that it lives, and ends cleanly on SIGTERM', async () => {
    const port = await freePort()
    const settings = [`PORT=${port}`, `JWT_SECRET=${'x'.repeat(32)}`, 'ALIPAY_SANDBOX=on']
    const isHealthy = () => runOnce(image, start, settings, start.healthCheck).status
    expect(isHealthy()).toBe(1)
    const server = new Container(image, start, settings)
    onTestFinished(() => void server.stop('SIGKILL'))
    await server.shows(/"msg":"open"/)
    expect(server.output).toMatch(/"pid":1,/)
    expect(isHealthy()).toBe(0)
    expect(statSync(join(image, 'app/data/coursepay.db')).uid).toBe(1_000)
    expect(await server.stop('SIGTERM')).toBe(0)
    expect(server.output).toMatch(/"msg":"closed"/)
  })

  it.each(['learning', 'materials', 'doctor', 'reconcile'])('has %s too', (program) => {
    const help = runOnce(image, start, [], [...start.entrypoint, `dist/apps/${program}/main.js`, '--help'])
    expect(help).toMatchObject({ status: 0, stdout: expect.stringContaining(program) })
  })

  it('has the demo, which walks a purchase', () => {
    const demo = runOnce(image, start, ['PORT=0'], [...start.entrypoint, 'dist/demo-shop/main.js', '--once'])
    expect(demo).toMatchObject({ status: 0, stdout: expect.stringContaining('the order is paid') })
  })

  it('can be written to in its data folder and nowhere else', () => {
    const write = (path: string) => runOnce(image, start, [], ['sh', '-c', `echo >${path}`]).status
    expect(write('/app/data/probe')).toBe(0)
    for (const path of ['/app/probe', '/app/dist/probe', '/probe', '/usr/probe', '/etc/probe'])
      expect(write(path), path).not.toBe(0)
  })
})
