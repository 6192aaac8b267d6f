import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** A network between a client and a server, which can fail without a word. */
export interface FaultProxy extends AsyncDisposable {
  /** The address of the server, over this proxy. */
  readonly url: string
  /** Nothing passes any more, and nobody is told. */
  dropTraffic(): void
  /** New connections are carried again; those of before are reset at last. */
  forwardTraffic(): void
}

/** `address` is asked for each connection: a server may get its port later. */
export async function openFaultProxy(address: () => URL, url = address()): Promise<FaultProxy> {
  const sockets = new Set<Socket>()
  /** Their end is not heard on the other side. */
  const deaf = new WeakSet<Socket>()
  let isCut = false
  const track = (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket))
  }
  function join(client: Socket): void {
    track(client)
    if (isCut) return void deaf.add(client)
    const { hostname, port } = address()
    const server = connect({ host: hostname, port: Number(port), noDelay: true })
    track(server)
    client.pipe(server).pipe(client)
    for (const [one, other] of [[client, server] as const, [server, client] as const]) {
      one.on('close', () => {
        if (!deaf.has(one)) other.destroy()
      })
    }
  }
  const listener = createServer({ noDelay: true, allowHalfOpen: true }, join)
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
  const own = new URL(url)
  own.port = String((listener.address() as AddressInfo).port)
  return {
    url: own.href.replace(/\/$/, ''),
    dropTraffic() {
      isCut = true
      for (const socket of sockets) {
        deaf.add(socket)
        socket.unpipe()
        socket.removeAllListeners('end').resume()
      }
    },
    forwardTraffic() {
      isCut = false
      for (const socket of sockets) if (deaf.has(socket)) socket.destroy()
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => listener.close(resolve))
    },
  }
}
