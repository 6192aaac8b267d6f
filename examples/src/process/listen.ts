import type { ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as later } from 'node:timers/promises'
import { createAdaptorServer } from '@hono/node-server'

type Fetch = (request: Request) => Response | Promise<Response>

/** An HTTP server that listens at once and is given its app later: the app wants to know the port. */
export interface Listener {
  readonly port: number
  serve(fetch: Fetch): void
  /** Resolves when every request is answered; connections that only wait are cut. */
  close(): Promise<void>
}

/**
 * Between the first answer that says goodbye and the end of idle connections: a caller's next request may be on its way on one of them, and would be lost
 * with it.
 */
const GOODBYE_MS = 100

const notReady: Fetch = () => new Response('starting', { status: 503, headers: { 'Retry-After': '1' } })

export async function listen(host: string, port: number): Promise<Listener> {
  let current = notReady
  const server = createAdaptorServer({ fetch: (request) => current(request) })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
  const closeIdle = () => {
    if ('closeIdleConnections' in server) server.closeIdleConnections()
  }
  let closing = false
  server.prependListener('request', (_request: unknown, response: ServerResponse) => {
    // A browser that asks again on its open connection would keep a server that closes alive for ever.
    if (closing) response.setHeader('Connection', 'close')
    response.once('close', () => {
      if (closing) setImmediate(closeIdle)
    })
  })
  return {
    port: (server.address() as AddressInfo).port,
    serve(fetch) {
      current = fetch
    },
    async close() {
      closing = true
      await later(GOODBYE_MS)
      return new Promise((resolve) => {
        server.close(() => resolve())
        closeIdle()
      })
    },
  }
}
