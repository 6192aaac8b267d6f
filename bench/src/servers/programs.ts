import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

const root = join(import.meta.dirname, '../../..')

/** A program in a process of its own, so that what is measured and what measures do not share a thread. */
export interface Program extends AsyncDisposable {
  readonly child: ChildProcess
  /** Sends a message and resolves with the next one that comes back. */
  ask(message: object): Promise<unknown>
}

export const benchProgram = (name: string) => join(root, 'bench/dist', name)
export const exampleProgram = (name: string) => join(root, 'examples/dist', name)

export interface StartOptions {
  readonly environment?: Readonly<Record<string, string>>
  readonly node?: readonly string[]
}

/** For `node --cpu-prof`: a folder in `BENCH_CPU_PROF` gets a profile of every server. */
const profilingArgs = () => {
  const folder = process.env.BENCH_CPU_PROF
  return folder === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${folder}`]
}

export function startProgram(file: string, { environment = {}, node = [] }: StartOptions = {}): Program {
  const { PATH, HOME } = process.env
  const child = fork(file, {
    env: { PATH, HOME, ...environment },
    execArgv: [...profilingArgs(), ...node],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const ended = once(child, 'exit')
  return {
    child,
    async ask(message) {
      const failed = ended.then(([code]) => {
        throw new Error(`${file} ended with ${code}.`)
      })
      failed.catch(() => {})
      const answer = Promise.race([once(child, 'message'), failed])
      child.send(message)
      const [reply] = await answer
      if (typeof reply === 'object' && reply !== null && 'failure' in reply) throw new Error(String(reply.failure))
      return reply
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM')
      await ended
    },
  }
}

/** Starts a program that answers what it is asked (`answerRequests`), and waits until it can. */
export async function startAnsweringProgram(file: string, options: StartOptions = {}): Promise<Program> {
  const program = startProgram(file, options)
  await once(program.child, 'message')
  return program
}
