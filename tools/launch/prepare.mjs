import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { hashOfInstallation, hashOfSources } from './hashes.mjs'
import { runPnpm } from './install-pnpm.mjs'
import { root } from './root.mjs'
import { run } from './run.mjs'

/** What the last installation and the last build were made of. It goes with `node_modules`. */
const STATE = join(root, 'node_modules/.coursepay/built-from.json')

/**
 * Installs what the lockfile says and builds. While both still fit the sources it does nothing, and needs no network
 * and no home folder; `always` installs and builds all the same. The first build of a clone that is only to run leaves
 * out the check of types, which takes half of the time; `checked` wants it.
 */
export async function prepare({ always, checked }) {
  const wanted = { installed: hashOfInstallation(), built: hashOfSources() }
  const found = always ? {} : readState()
  if (found.installed !== wanted.installed) await install()
  const fits = found.installed === wanted.installed && found.built === wanted.built && isBuilt()
  if (fits && (found.checked || !checked)) return
  const isFirst = found.built === undefined
  await build(checked || !isFirst)
  mkdirSync(dirname(STATE), { recursive: true })
  writeFileSync(STATE, JSON.stringify({ ...wanted, checked: checked || !isFirst }))
}

function readState() {
  try {
    return JSON.parse(readFileSync(STATE, 'utf8'))
  } catch {
    return {}
  }
}

// What is installed and built goes to stderr, so that the task alone writes to stdout.
const stdio = ['ignore', 2, 2]

async function install() {
  rmSync(STATE, { force: true })
  console.error('Installing the packages: this takes a while, once.')
  const args = ['install', '--frozen-lockfile', '--reporter=append-only', '--loglevel=error']
  await exitIfFailed(await runPnpm(args, stdio))
}

async function build(checked) {
  rmSync(STATE, { force: true })
  console.error('Building.')
  await exitIfFailed(await run('tsc', checked ? ['-b'] : ['-b', '--noCheck'], stdio))
}

function isBuilt() {
  const read = (path) => JSON.parse(readFileSync(join(root, path, 'tsconfig.json'), 'utf8'))
  return read('.').references.every(({ path }) =>
    existsSync(join(root, path, read(path).compilerOptions.tsBuildInfoFile)),
  )
}

function exitIfFailed(code) {
  if (code !== 0) process.exit(code)
}
