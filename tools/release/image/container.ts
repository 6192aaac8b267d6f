import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { unshareArgs } from './build-image.js'
import type { startOf } from './dockerfile.js'

type Start = ReturnType<typeof startOf>

const argsOf = (
  image: string,
  { folder, environment }: Start,
  settings: readonly string[],
  program: readonly string[],
) => [...unshareArgs('run', image, [...environment, ...settings], folder), ...program]

/** Runs one program in the image to its end. */
export const runOnce = (image: string, start: Start, settings: readonly string[], program: readonly string[]) =>
  spawnSync('unshare', argsOf(image, start, settings, program), { encoding: 'utf8', timeout: 30_000 })

/** A started image: its first process is process 1 of a machine that it can write nothing of. */
export class Container {
  readonly #process: ChildProcess
  #output = ''

  constructor(image: string, start: Start, settings: readonly string[], command = start.command) {
    const args = argsOf(image, start, settings, [...start.entrypoint, ...command])
    this.#process = spawn('unshare', args, { stdio: ['ignore', 'pipe', 'pipe'] })
    for (const stream of [this.#process.stdout, this.#process.stderr])
      stream?.on('data', (text) => (this.#output += text))
  }

  get output(): string {
    return this.#output
  }

  /** Resolves when the output holds the text, and rejects when it ended without. */
  shows(pattern: RegExp): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = () => pattern.test(this.#output) && resolve()
      this.#process.stdout?.on('data', look)
      this.#process.once('close', () => reject(new Error(`It ended early: ${this.#output}`)))
      look()
    })
  }

  /** Sends process 1 a signal and answers the exit code. */
  async stop(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null> {
    if (this.#process.exitCode !== null) return this.#process.exitCode
    const ended = once(this.#process, 'exit')
    const id = this.#process.pid
    process.kill(Number(readFileSync(`/proc/${id}/task/${id}/children`, 'utf8').trim()), signal)
    const [code] = await ended
    return code
  }
}
