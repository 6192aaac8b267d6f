import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'
import { setTimeout as later } from 'node:timers/promises'

/** A server of one's own, which may be killed without hurting anybody else. */
export interface OwnServer extends AsyncDisposable {
  readonly url: string
  /** `kill -9`; resolves when it is gone. */
  crash(): Promise<void>
  /** Asks it to shut down (SIGTERM); resolves when it is gone. */
  stop(): Promise<void>
  /** Stands still (SIGSTOP), and keeps its connections. */
  pause(): void
  resume(): void
  /** On the files that it left; resolves when it listens. */
  start(): Promise<void>
  /** The same when it has ended unasked, on a full disk for example. */
  revive(): Promise<void>
}

export interface OwnServerParts {
  readonly url: string
  readonly port: number
  readonly command: string
  readonly args: readonly string[]
  readonly environment: Readonly<Record<string, string>>
  remove(): Promise<void>
}

const POLL_INTERVAL_MS = 20

const hasEnded = (child: ChildProcess) => child.exitCode !== null || child.signalCode !== null

export async function startOwnServer({
  url,
  port,
  command,
  args,
  environment,
  remove,
}: OwnServerParts): Promise<OwnServer> {
  let running: ChildProcess | null = null
  let output = ''
  /** With all of its children, which are in its group. */
  const signalGroup = (signal: NodeJS.Signals): void => {
    if (running?.pid !== undefined && !hasEnded(running)) process.kill(-running.pid, signal)
  }
  const killGroup = () => signalGroup('SIGKILL')
  process.once('exit', killGroup)
  async function end(signal: NodeJS.Signals): Promise<void> {
    if (running === null) return
    const closed = hasEnded(running) ? null : once(running, 'close')
    signalGroup(signal)
    await closed
    running = null
  }
  const server: OwnServer = {
    url,
    crash: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
    pause: () => signalGroup('SIGSTOP'),
    resume: () => signalGroup('SIGCONT'),
    async start() {
      const child = spawn(command, args, { env: { PATH: process.env.PATH, ...environment }, detached: true })
      running = child
      for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)))
      while (!(await listens(port))) {
        if (hasEnded(child)) throw new Error(`${command} ended with ${child.exitCode ?? child.signalCode}:\n${output}`)
        await later(POLL_INTERVAL_MS)
      }
    },
    async revive() {
      if (running !== null && !hasEnded(running)) return
      await server.start()
    },
    async [Symbol.asyncDispose]() {
      await server.crash()
      process.off('exit', killGroup)
      await remove()
    },
  }
  await server.start()
  return server
}

/** A port that nobody listens on now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port })
    const answer = (found: boolean) => () => {
      socket.destroy()
      resolve(found)
    }
    socket.once('connect', answer(true)).once('error', answer(false))
  })
}
