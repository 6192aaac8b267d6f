import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** A wire between a client and a server that can fail in the ways a network does. */
export interface TcpProxy {
  readonly port: number
  /** Connections that the client has open now. */
  connections(): number
  /** Connections that the client has opened so far. */
  accepted(): number
  /** Nothing passes any more in either direction, and nobody is told: a half-open network. */
  stall(): void
  /** What the server says is held back; what the client says passes. Also on connections that come later. */
  holdAnswers(): void
  /** Everything held back passes, then traffic flows again. */
  resume(): void
  /** Cuts every connection now. */
  cut(): void
  /** While refused, new connections are cut at once. */
  refuse(refused: boolean): void
  /** Cuts each of the next connections once its client has written this many AMQP frames; undefined: no longer. */
  cutAfterFrames(frames: number | undefined): void
  /** Writes to every client as if it came from the server. Between two messages of the server only. */
  inject(bytes: Buffer): void
  close(): Promise<void>
}

interface Wire {
  readonly client: Socket
  readonly server: Socket
}

export async function startTcpProxy(target: { readonly host: string; readonly port: number }): Promise<TcpProxy> {
  const wires = new Set<Wire>()
  let accepted = 0
  let stalled = false
  let answersHeld = false
  let refused = false
  let framesLeft: number | undefined

  function end(wire: Wire): void {
    wires.delete(wire)
    wire.client.destroy()
    wire.server.destroy()
  }
  function join(client: Socket): void {
    if (refused) return void client.destroy()
    accepted += 1
    const server = connect({ ...target, noDelay: true })
    const wire: Wire = { client, server }
    wires.add(wire)
    const countFrame = frameCounter(framesLeft, () => end(wire))
    client.on('data', (bytes) => {
      if (countFrame(bytes)) server.write(bytes)
    })
    server.on('data', (bytes) => client.write(bytes))
    for (const socket of [client, server]) socket.on('error', () => {}).on('close', () => end(wire))
    if (stalled) hold(wire)
    if (answersHeld) server.pause()
  }
  /** Reads nothing, not even that one side has hung up. */
  function hold({ client, server }: Wire): void {
    client.pause()
    server.pause()
  }
  function letGo({ client, server }: Wire): void {
    client.resume()
    server.resume()
  }

  const listener = createServer({ noDelay: true }, join)
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
  return {
    port: (listener.address() as AddressInfo).port,
    connections: () => wires.size,
    accepted: () => accepted,
    stall() {
      stalled = true
      wires.forEach(hold)
    },
    holdAnswers() {
      answersHeld = true
      for (const { server } of wires) server.pause()
    },
    resume() {
      stalled = false
      answersHeld = false
      wires.forEach(letGo)
    },
    cut: () => [...wires].forEach(end),
    refuse: (value) => {
      refused = value
    },
    cutAfterFrames: (frames) => {
      framesLeft = frames
    },
    inject: (bytes) => {
      for (const { client } of wires) client.write(bytes)
    },
    async close() {
      ;[...wires].forEach(end)
      await new Promise((resolve) => listener.close(resolve))
    },
  }
}

const PROTOCOL_HEADER_BYTES = 8
const FRAME_HEADER_BYTES = 7

/** Counts whole AMQP frames; answers false, and cuts, once there are as many as allowed. */
function frameCounter(most: number | undefined, cut: () => void): (bytes: Buffer) => boolean {
  let rest = Buffer.alloc(0)
  let toSkip = PROTOCOL_HEADER_BYTES
  let frames = 0
  return (bytes) => {
    if (most === undefined) return true
    rest = Buffer.concat([rest, bytes])
    while (rest.length >= toSkip + FRAME_HEADER_BYTES) {
      toSkip += FRAME_HEADER_BYTES + rest.readUInt32BE(toSkip + 3) + 1
      frames += 1
    }
    if (frames < most) return true
    cut()
    return false
  }
}
