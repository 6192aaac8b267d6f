import type { AddressInfo } from 'node:net'
import { createAdaptorServer } from '@hono/node-server'

type Fetch = (request: Request) => Response | Promise<Response>

/** An HTTP server that listens at once and is given its app later: the app wants to know the port. */
export interface Listener {
  readonly port: number
  serve(fetch: Fetch): void
  /** Resolves when every request is answered; connections that only wait are cut. */
  close(): Promise<void>
}

const notReady: Fetch = () => new Response('starting', { status: 503, headers: { 'Retry-After': '1' } })

export async function listen(host: string, port: number): Promise<Listener> {
  let current = notReady
  const server = createAdaptorServer({ fetch: (request) => current(request) })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
  return {
    port: (server.address() as AddressInfo).port,
    serve(fetch) {
      current = fetch
    },
    close() {
      return new Promise((resolve) => {
        server.close(() => resolve())
        if ('closeIdleConnections' in server) server.closeIdleConnections()
      })
    },
  }
}
