// Puts the programs and the packages they need into a folder, without sources and development tools: what an image
// holds. Everything comes from the lockfile.
import { resolve } from 'node:path'
import { runPnpm } from '../launch/install-pnpm.mjs'

const [folder] = process.argv.slice(2)
if (folder === undefined) {
  console.error('npm run assemble -- FOLDER: into which folder?')
  process.exit(2)
}
const stdio = ['ignore', 2, 2]
const deploy = ['--config.inject-workspace-packages=true', '--filter', '@coursepay/examples', 'deploy', '--prod']
const quiet = ['--reporter=append-only', '--loglevel=error']
process.exitCode = await runPnpm([...quiet, ...deploy, resolve(folder)], stdio)
