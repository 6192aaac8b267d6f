// Runs a task of the repository on a machine that has only Node.js and npm: installs and builds when that is due, then
// starts the task under the Node version that the repository brings along. Its exit code comes back.
import { readFileSync } from 'node:fs'
import { prepare } from './launch/prepare.mjs'
import { root } from './launch/root.mjs'
import { run } from './launch/run.mjs'

const [major, minor] = process.versions.node.split('.').map(Number)
if (major < 20 || (major === 20 && minor < 11)) {
  console.error(`Node.js ${process.versions.node} is too old for this repository: use 20.11 or newer.`)
  process.exit(1)
}

const tasks = JSON.parse(readFileSync(`${root}/tools/tasks.json`, 'utf8'))
/** Of the tasks that are no programs of ours, which have a help of their own. */
const help = {
  build: 'installs and builds what has changed',
  check: 'looks at style, types, dead code and copies',
  format: 'writes the style',
  test: 'installs, builds and runs every test; what stands behind it goes to vitest, such as --project core',
  mutate: 'changes core line by line and lists what its tests do not notice: npm run mutate -- --mutate FILE',
  release: 'packs a tarball of each package into release/',
  assemble: 'puts the programs with all that they need into a folder: npm run assemble -- FOLDER',
  api: 'writes docs/api',
  docs: 'builds the site of documents into docs/.vitepress/dist',
  tested: 'writes into docs/tested-versions.md on which servers the tests of the last runs passed',
}
const [name, ...rest] = process.argv.slice(2)
const task = Object.hasOwn(tasks, name ?? '') ? tasks[name] : undefined
if (task === undefined) {
  console.error(`Unknown task ${name}. Known: ${Object.keys(tasks).join(', ')}`)
  process.exit(2)
}

if (rest.includes('--help') && name in help) {
  console.log(`npm run ${name}: ${help[name]}`)
  process.exit(0)
}

// Tests always begin with an installation that was looked at; everything else starts at once while the build fits.
await prepare({ always: name === 'test', checked: ['build', 'check', 'test', 'release'].includes(name) })
for (const [index, [command, ...args]] of task.entries()) {
  const code = await run(command, index === task.length - 1 ? [...args, ...rest] : args, 'inherit')
  if (code !== 0) process.exit(code)
}
