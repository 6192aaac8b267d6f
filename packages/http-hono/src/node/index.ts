import type { IncomingMessage, ServerResponse } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import type { Hono } from 'hono'

export type NodeHandler = (request: IncomingMessage, response: ServerResponse) => Promise<void>

/**
 * A checkout app as a handler of Node.js, for Express, Fastify, NestJS and Next.js. It reads the body: mount it before
 * body parsers. A host that mounts it under a path strips that path from `request.url`, as Express does.
 */
export function toNodeHandler(app: Pick<Hono, 'fetch'>): NodeHandler {
  // The host's global Request and Response are its own.
  const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false })
  return async (request, response) => {
    await listener(request, response)
  }
}
