import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/[\\/]$/, '')

// The repository's own tools first: its Node, its compiler, its test runner.
const delimiter = process.platform === 'win32' ? ';' : ':'
export const env = {
  ...process.env,
  PATH: `${join(root, 'node_modules/.bin')}${delimiter}${process.env.PATH}`,
  npm_config_loglevel: 'error',
}
