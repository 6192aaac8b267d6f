// Runs a task of the repository on a machine that has only Node.js and npm: installs, builds, then starts the task under the
// Node version that the repository brings along. Signals go through to the task, and its exit code comes back.
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')
const { tasks, pnpm } = JSON.parse(readFileSync(join(root, 'tools/tasks.json'), 'utf8'))

const [name, ...rest] = process.argv.slice(2)
const task = tasks[name]
if (task === undefined) {
  console.error(`Unknown task ${name}. Known: ${Object.keys(tasks).join(', ')}`)
  process.exit(2)
}

// The repository's own tools first: its Node, its compiler, its test runner.
const path = `${join(root, 'node_modules/.bin')}${process.platform === 'win32' ? ';' : ':'}${process.env.PATH}`
const env = { ...process.env, PATH: path, npm_config_loglevel: 'error' }

const run = (command, args, stdio) =>
  new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, env, stdio, shell: process.platform === 'win32' })
    const forward = (signal) => child.kill(signal)
    for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, forward)
    child.on('error', (error) => {
      console.error(error.message)
      resolve(1)
    })
    child.on('exit', (code, signal) => {
      for (const each of ['SIGINT', 'SIGTERM']) process.off(each, forward)
      resolve(signal === null ? code : 1)
    })
  })

const prepare = [
  ['npx', ['-y', pnpm, 'install', '--frozen-lockfile', '--reporter=append-only', '--loglevel=error']],
  ['tsc', ['-b']],
]
// What is installed and built goes to stderr, so that the task alone writes to stdout.
for (const [command, args] of prepare) {
  const code = await run(command, args, ['ignore', 2, 2])
  if (code !== 0) process.exit(code)
}
for (const [index, [command, ...args]] of task.entries()) {
  const code = await run(command, index === task.length - 1 ? [...args, ...rest] : args, 'inherit')
  if (code !== 0) process.exit(code)
}
