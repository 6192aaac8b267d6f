import { spawn } from 'node:child_process'
import { env, root } from './root.mjs'

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP']
const PARENT_CHECK_MS = 250

/** Runs a command and answers its exit code. Signals go through to it. */
export function run(command, args, stdio, cwd = root) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd, env, stdio, shell: process.platform === 'win32' })
    const forward = (signal) => child.kill(signal)
    for (const signal of SIGNALS) process.on(signal, forward)
    // npm starts us through a shell, and most shells die of a signal without passing it on.
    const parent = process.ppid
    const orphaned = setInterval(() => process.ppid !== parent && forward('SIGTERM'), PARENT_CHECK_MS)
    const end = (code) => {
      clearInterval(orphaned)
      for (const signal of SIGNALS) process.off(signal, forward)
      resolve(code)
    }
    child.on('error', (error) => {
      console.error(error.message)
      end(1)
    })
    child.on('exit', (code) => end(code ?? 1))
  })
}
