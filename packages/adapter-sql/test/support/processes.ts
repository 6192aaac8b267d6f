import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const scripts = new URL('../processes/', import.meta.url)

export const scriptPath = (name: string): string => fileURLToPath(new URL(name, scripts))

export interface Ending {
  readonly signal: NodeJS.Signals | null
  readonly code: number | null
  readonly output: string
}

export interface RunningScript {
  readonly child: ChildProcess
  readonly ending: Promise<Ending>
  /** Resolves when the script has printed this many lines. */
  printed(lines: number): Promise<void>
}

/** Runs a script of this folder in a process of its own, on the built package. */
export function runScript(name: string, ...args: string[]): RunningScript {
  const child = spawn(process.execPath, [scriptPath(name), ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text
  })
  const ending = once(child, 'close').then(([code, signal]) => ({ code, signal, output }))
  return {
    child,
    ending,
    async printed(lines) {
      while (output.split('\n').length <= lines) {
        if (child.exitCode !== null || child.signalCode !== null) throw new Error(`${name} ended too early.`)
        await Promise.race([once(child.stdout, 'data'), ending])
      }
    },
  }
}
