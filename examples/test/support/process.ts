import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

const dist = join(import.meta.dirname, '../../dist')

/** One of the examples as a real process. */
export interface Running {
  readonly child: ChildProcess
  /** All that it wrote so far, both streams. */
  output(): string
  /** Resolves with the first match in the output; rejects with the output when the process ends before. */
  shows(pattern: RegExp): Promise<RegExpExecArray>
  /** Resolves with the exit code, or the signal that ended it. */
  ended(): Promise<number | NodeJS.Signals | null>
  kill(signal: NodeJS.Signals): Promise<number | NodeJS.Signals | null>
}

export function run(
  program: string,
  environment: Readonly<Record<string, string>>,
  args: readonly string[] = [],
): Running {
  const { PATH, HOME } = process.env
  const child = spawn(process.execPath, [join(dist, program), ...args], { env: { PATH, HOME, ...environment } })
  let output = ''
  const listeners = new Set<() => void>()
  const tell = () => {
    for (const listener of listeners) listener()
  }
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output += chunk
      tell()
    })
  }
  const ended = once(child, 'close').then(([code, signal]) => code ?? signal)
  void ended.then(tell)

  const shows = (pattern: RegExp) =>
    new Promise<RegExpExecArray>((resolve, reject) => {
      const look = () => {
        const match = pattern.exec(output)
        if (match === null && child.exitCode === null && child.signalCode === null) return
        listeners.delete(look)
        if (match === null) reject(new Error(`The process ended without ${pattern}:\n${output}`))
        else resolve(match)
      }
      listeners.add(look)
      look()
    })
  return {
    child,
    output: () => output,
    shows,
    ended: () => ended,
    kill(signal) {
      child.kill(signal)
      return ended
    },
  }
}
