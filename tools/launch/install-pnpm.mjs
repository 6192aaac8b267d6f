import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './root.mjs'
import { run } from './run.mjs'

const HOME = join(root, 'tools/pnpm')

/**
 * Answers the path of the pnpm that this repository names. npm checks it by the hashes in
 * `tools/pnpm/package-lock.json`. Its install script is not run and its launcher not used: both fetch a program that
 * nothing checks when the checked one was refused.
 */
export async function installPnpm(stdio) {
  const args = ['install', '--no-save', '--ignore-scripts', '--no-audit', '--no-fund']
  const code = await run('npm', args, stdio, HOME)
  const program = code === 0 ? programs().find((path) => spawnSync(path, ['--version']).status === 0) : undefined
  if (program !== undefined) return program
  console.error('pnpm could not be installed, or does not fit its hash in tools/pnpm/package-lock.json.')
  process.exit(1)
}

function programs() {
  const folder = join(HOME, 'node_modules/@pnpm')
  if (!existsSync(folder)) return []
  const name = process.platform === 'win32' ? 'pnpm.exe' : 'pnpm'
  return readdirSync(folder).map((each) => join(folder, each, name))
}
