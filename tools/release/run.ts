import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { root } from '../tidy/source-file.js'

/** `npm run` tells its children where the workspace is; a project elsewhere must not hear of it. */
const environment = Object.fromEntries(
  Object.entries(process.env).filter(
    ([name]) => !/^(npm_config_local_prefix|npm_package_|npm_lifecycle_|INIT_CWD)/i.test(name),
  ),
)

/** A tool that the workspace has installed. */
export const tool = (name: string): string => join(root, 'node_modules/.bin', name)

/** Answers what the command prints. Throws with all that it printed. */
export function run(command: string, args: readonly string[], cwd = root): string {
  const options = { cwd, env: environment, encoding: 'utf8', stdio: 'pipe' } as const
  try {
    return execFileSync(command, args, { ...options, shell: process.platform === 'win32' })
  } catch (error) {
    const { stdout, stderr } = Object(error)
    throw new Error(`${command} ${args.join(' ')}\n${stdout}${stderr}`, { cause: error })
  }
}
