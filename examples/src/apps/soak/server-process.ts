import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as later } from 'node:timers/promises'

const PROGRAM = join(import.meta.dirname, '../server/main.js')
const STEPPED_CLOCK = join(import.meta.dirname, 'stepped-clock.js')

/** The server as a process that is killed and started again. */
export interface ServerProcess extends AsyncDisposable {
  /** Where it is reached, the same after each start. */
  address(): string
  /** Resolves when it is open; one that ends before is started again. */
  start(more?: Readonly<Record<string, string>>): Promise<void>
  /** `kill -9`. */
  crash(): Promise<void>
  /** SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null>
  /** True when it has ended, and nobody has ended it. */
  hasFailed(): boolean
  /** Outcome: its time of day is ahead by so much, and behind when negative, until it starts again. */
  stepClock(offsetMs: number): void
  /** Lines of its log that report an error of its own. */
  errors(): readonly string[]
}

export function serverProcess(environment: Readonly<Record<string, string>>): ServerProcess {
  let running: ChildProcess | null = null
  let port = '0'
  const errors: string[] = []

  async function end(signal: NodeJS.Signals): Promise<number | null> {
    const child = running
    running = null
    if (child === null || hasEnded(child)) return null
    const closed = once(child, 'close')
    child.kill(signal)
    const [code] = await closed
    return code
  }
  async function startOnce(more: Readonly<Record<string, string>>): Promise<void> {
    const { PATH, HOME } = process.env
    const child = spawn(process.execPath, ['--import', STEPPED_CLOCK, PROGRAM], {
      env: { PATH, HOME, ...environment, PORT: port, ...more },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    })
    running = child
    port = await readServerAddress(child, errors)
  }
  const atExit = () => void running?.kill('SIGKILL')
  process.once('exit', atExit)
  return {
    address: () => `http://127.0.0.1:${port}`,
    async start(more = {}) {
      for (let tries = 1; ; tries += 1) {
        const failure = await startOnce(more).then(
          () => null,
          (error: unknown) => error,
        )
        if (failure === null) return
        if (tries === MAX_STARTS) throw failure
        await later(RESTART_AFTER_MS)
      }
    },
    crash: async () => void (await end('SIGKILL')),
    stop: () => end('SIGTERM'),
    hasFailed: () => running !== null && hasEnded(running),
    stepClock: (offsetMs) => void running?.send({ offsetMs }),
    errors: () => errors,
    async [Symbol.asyncDispose]() {
      await end('SIGKILL')
      process.off('exit', atExit)
    },
  }
}

/** As a supervisor does: a database that was killed a moment ago may not answer yet. */
const MAX_STARTS = 20
const RESTART_AFTER_MS = 500

const hasEnded = (child: ChildProcess) => child.exitCode !== null || child.signalCode !== null

/** Its log says on which port it is open; level 50 and more is an error. */
function readServerAddress(child: ChildProcess, errors: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const read = (line: string) => {
      const [, found] = /"port":(\d+)/.exec(line) ?? []
      if (found !== undefined) resolve(found)
      if (/"level":[56]0/.test(line) || !line.startsWith('{')) errors.push(line)
    }
    for (const stream of [child.stdout, child.stderr]) if (stream) createInterface(stream).on('line', read)
    child.once('close', (code) => reject(new Error(`The server ended with ${code}:\n${errors.slice(-5).join('\n')}`)))
  })
}
