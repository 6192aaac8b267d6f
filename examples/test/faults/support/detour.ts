import { startTcpProxy, type TcpProxy } from '../../../../packages/adapter-mq/test/support/tcp-proxy.js'

/** A wire to a server that can fail, and the address that leads over it. */
export interface Detour extends AsyncDisposable {
  readonly url: string
  readonly proxy: TcpProxy
  /** The server is gone: connections are cut, and new ones too. */
  goAway(): void
  comeBack(): void
}

const PORTS: Readonly<Record<string, number>> = { 'amqp:': 5672, 'mysql:': 3306 }

export async function openDetour(address: string): Promise<Detour> {
  const url = new URL(address)
  const proxy = await startTcpProxy({ host: url.hostname, port: Number(url.port || PORTS[url.protocol]) })
  url.host = `127.0.0.1:${proxy.port}`
  return {
    url: url.href,
    proxy,
    goAway() {
      proxy.refuse(true)
      proxy.cut()
    },
    comeBack: () => proxy.refuse(false),
    [Symbol.asyncDispose]: () => proxy.close(),
  }
}
