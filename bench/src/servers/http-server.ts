import { createServer } from 'node:net'
import { setTimeout as later } from 'node:timers/promises'
import { type Program, type StartOptions, startProgram } from './programs.js'

export interface HttpServer extends AsyncDisposable {
  readonly port: number
  readonly program: Program
  /** From the start of the process until `/readyz` said yes, in ms. */
  readonly readyAfterMs: number
}

const START_LIMIT_MS = 30_000
/** Each look takes from the start that is measured: every 2 ms, they took a quarter of a core. */
const POLL_INTERVAL_MS = 10

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('No free port.')
  return address.port
}

/** Starts a program that listens on `PORT` and waits until its `/readyz` answers 200. */
export async function startHttpServer(file: string, options: StartOptions = {}): Promise<HttpServer> {
  const port = await freePort()
  const startedAt = performance.now()
  const program = startProgram(file, { ...options, environment: { ...options.environment, PORT: String(port) } })
  while (!(await isReady(port))) {
    if (program.child.exitCode !== null) throw new Error(`${file} ended with ${program.child.exitCode}.`)
    if (performance.now() - startedAt > START_LIMIT_MS)
      throw new Error(`${file} is not ready after ${START_LIMIT_MS} ms.`)
    await later(POLL_INTERVAL_MS)
  }
  return {
    port,
    program,
    readyAfterMs: performance.now() - startedAt,
    [Symbol.asyncDispose]: () => program[Symbol.asyncDispose](),
  }
}

async function isReady(port: number): Promise<boolean> {
  try {
    return (await fetch(`http://127.0.0.1:${port}/readyz`)).ok
  } catch {
    return false
  }
}
