import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { serveBill } from './bill/routes.js'
import { notFoundPage } from './cashier/pages.js'
import { serveCashier } from './cashier/routes.js'
import { serveControl } from './control-routes.js'
import { serveGateway } from './gateway/gateway.js'
import { sendReply } from './gateway/reply.js'
import type { SandboxState } from './state.js'

async function routeRequest(state: SandboxState, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = (request.url ?? '').split('?', 1)[0] ?? ''
  if (path === '/gateway.do') return serveGateway(state, request, response)
  if (path.startsWith('/cashier/')) return serveCashier(state, request, response)
  if (path.startsWith('/bill/')) return serveBill(state, request, response)
  if (path.startsWith('/control/')) return serveControl(state, request, response)
  if (path === '/healthz') return sendReply(response, { status: 200, headers: {}, body: 'ok' })
  sendReply(response, notFoundPage())
}

function answerError(response: ServerResponse, error: unknown): void {
  const status = error instanceof RangeError ? 413 : 500
  if (!response.headersSent) sendReply(response, { status, headers: { connection: 'close' }, body: '' })
}

/** Starts to listen; resolves with the server and its address. */
export async function listen(state: SandboxState, host: string, port: number) {
  const server = createServer((request, response) => {
    response.setHeader('date', new Date(state.clock.now()).toUTCString())
    routeRequest(state, request, response).catch((error: unknown) => answerError(response, error))
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
  const address = server.address() as AddressInfo
  const name = address.family === 'IPv6' ? `[${address.address}]` : address.address
  return { server, url: `http://${name}:${address.port}` }
}

/** Ends every connection, those that hang included. */
export function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
