import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './root.mjs'
import { run } from './run.mjs'

const HOME = join(root, 'tools/pnpm')

/** Runs the pnpm which this repository names; answers its exit status. */
export async function runPnpm(args, stdio) {
  const [program, ...first] = await installPnpm(stdio)
  return run(program, [...first, ...args], stdio)
}

/**
 * Answers the command of pnpm. npm checks it by the hashes in
 * `tools/pnpm/package-lock.json`. Its install script is not run and its launcher not used: both fetch a program that
 * nothing checks when the checked one was refused. A system without a hash there gets the same version from the
 * registry, checked by the registry's own hash.
 */
async function installPnpm(stdio) {
  const args = ['install', '--no-save', '--ignore-scripts', '--no-audit', '--no-fund']
  const code = await run('npm', args, stdio, HOME)
  const found = code === 0 ? programs() : []
  const program = found.find((path) => spawnSync(path, ['--version']).status === 0)
  if (program !== undefined) return [program]
  if (code === 0 && found.length === 0) return fromRegistry()
  console.error('pnpm could not be installed, or does not fit its hash in tools/pnpm/package-lock.json.')
  process.exit(1)
}

function fromRegistry() {
  const { dependencies } = JSON.parse(readFileSync(join(HOME, 'package.json'), 'utf8'))
  const system = `${process.platform}-${process.arch}`
  console.error(`pnpm for ${system} has no hash in tools/pnpm/package-lock.json: the registry's own is trusted.`)
  return ['npx', '--yes', `pnpm@${dependencies.pnpm}`]
}

function programs() {
  const folder = join(HOME, 'node_modules/@pnpm')
  if (!existsSync(folder)) return []
  const name = process.platform === 'win32' ? 'pnpm.exe' : 'pnpm'
  return readdirSync(folder).map((each) => join(folder, each, name))
}
