import { type AddressInfo, createServer, type Socket } from 'node:net'
import { heartbeatFrame } from './amqp-frames.js'

/** A listener that takes connections and lets the test say what comes back: for brokers that misbehave. */
export interface ScriptedBroker {
  readonly url: string
  /** Connections so far. */
  accepted(): number
  /** Connections that are open now. */
  open(): number
  close(): Promise<void>
}

/**
 * `answers` are written one by one, each when the client has written something again; after the last one there is
 * silence. Like a broker behind a dead network it never hangs up: a connection counts as open until the client's socket
 * is gone for good.
 */
export async function startScriptedBroker(...answers: readonly Buffer[]): Promise<ScriptedBroker> {
  const sockets = new Set<Socket>()
  let accepted = 0
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    accepted += 1
    sockets.add(socket)
    const left = [...answers]
    socket.on('data', () => {
      const answer = left.shift()
      if (answer !== undefined) socket.write(answer)
    })
    // A socket that is only half closed takes these; one that is gone answers with a reset.
    socket.on('end', () => knock(socket))
    socket.on('error', () => {}).on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `amqp://shop:s3cret-word@127.0.0.1:${port}`,
    accepted: () => accepted,
    open: () => sockets.size,
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

const KNOCK_MS = 20

function knock(socket: Socket): void {
  const knocking = setInterval(() => socket.write(heartbeatFrame), KNOCK_MS)
  socket.on('close', () => clearInterval(knocking))
}
