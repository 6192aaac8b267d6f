import type { ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as later } from 'node:timers/promises'
import { CheckoutError } from '@coursepay/core'
import { errorToProblemResponse } from '@coursepay/http-hono'
import { createAdaptorServer } from '@hono/node-server'
import { SettingsError } from '../settings/settings-error.js'

type Fetch = (request: Request) => Response | Promise<Response>

/** An HTTP server that listens at once and is given its app later: the app wants to know the port. */
export interface Listener {
  readonly port: number
  serve(fetch: Fetch): void
  /** Resolves when every request is answered; connections that only wait are cut. */
  close(): Promise<void>
}

/**
 * Between the first answer that says goodbye and the end of idle connections: a caller's next request may be on its way
 * on one of them, and would be lost with it.
 */
const IDLE_CLOSE_DELAY_MS = 100

/**
 * What one client may hold of this process: a slow one is cut off, and many leave room for nobody else only up to a
 * limit.
 */
export interface ConnectionLimits {
  /** Until the last header has come. */
  readonly headersTimeoutMs: number
  /** Until the whole request has come. */
  readonly requestTimeoutMs: number
  readonly maxConnections: number
}

const connectionLimits: ConnectionLimits = {
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 30_000,
  maxConnections: 10_000,
}

function explainListenError(error: NodeJS.ErrnoException, host: string, port: number): Error {
  const known = {
    EADDRINUSE: portInUseSentence,
    EACCES: portNotAllowedSentence,
    EADDRNOTAVAIL: foreignHostSentence,
    ENOTFOUND: foreignHostSentence,
    EAI_AGAIN: foreignHostSentence,
  }
  const { [error.code ?? '']: sentence }: Readonly<Record<string, (host: string, port: number) => string>> = known
  return sentence === undefined ? error : new SettingsError([sentence(host, port)])
}

const portInUseSentence = (host: string, port: number) =>
  `PORT: another program listens on ${host}, port ${port}: stop it, or set another port`
const portNotAllowedSentence = (_: string, port: number) =>
  `PORT: this user may not open port ${port}: set a port above 1023`
const foreignHostSentence = (host: string) =>
  `HOST: ${host} is not an address of this machine: use 127.0.0.1, or 0.0.0.0 for all of its addresses`

const answerNotReady: Fetch = () =>
  errorToProblemResponse(new CheckoutError('store_unavailable', 'The server is starting. Retry in a moment.'))

export async function listen(host: string, port: number, limits = connectionLimits): Promise<Listener> {
  let current = answerNotReady
  const server = createAdaptorServer({
    fetch: (request) => current(request),
    serverOptions: {
      headersTimeout: limits.headersTimeoutMs,
      requestTimeout: limits.requestTimeoutMs,
      connectionsCheckingInterval: Math.min(1_000, limits.headersTimeoutMs),
    },
  })
  server.maxConnections = limits.maxConnections
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(explainListenError(error, host, port)))
    server.listen(port, host, resolve)
  })
  const closeIdle = () => {
    if ('closeIdleConnections' in server) server.closeIdleConnections()
  }
  let closing = false
  server.prependListener('request', (_request: unknown, response: ServerResponse) => {
    // Here, so that no route and no answer of the server's own can lack it.
    response.setHeader('X-Content-Type-Options', 'nosniff')
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
      await later(IDLE_CLOSE_DELAY_MS)
      return new Promise((resolve) => {
        server.close(() => resolve())
        closeIdle()
      })
    },
  }
}
