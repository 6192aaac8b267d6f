import { startTcpProxy, type TcpProxy } from '../../../../packages/adapter-mq/test/support/tcp-proxy.js'

/** A wire to a server that can fail, and the address that leads over it. */
export interface Detour extends AsyncDisposable {
  readonly url: string
  readonly proxy: TcpProxy
  /** The server is gone: connections are cut, and new ones too. */
  goAway(): void
  comeBack(): void
  /** As a load balancer does when it takes one server out: connections are cut, and new ones lead to this address. */
  leadTo(address: string): void
}

const PORTS: Readonly<Record<string, number>> = { 'amqp:': 5672, 'mysql:': 3306 }

const targetOf = ({ hostname, port, protocol }: URL) => ({ host: hostname, port: Number(port || PORTS[protocol]) })

export async function openDetour(address: string): Promise<Detour> {
  const url = new URL(address)
  // The proxy reads it for each connection.
  const target = targetOf(url)
  const proxy = await startTcpProxy(target)
  url.host = `127.0.0.1:${proxy.port}`
  return {
    url: url.href,
    proxy,
    goAway() {
      proxy.refuse(true)
      proxy.cut()
    },
    comeBack: () => proxy.refuse(false),
    leadTo(next) {
      Object.assign(target, targetOf(new URL(next)))
      proxy.cut()
    },
    [Symbol.asyncDispose]: () => proxy.close(),
  }
}
