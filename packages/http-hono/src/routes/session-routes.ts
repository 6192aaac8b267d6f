import { z } from '@hono/zod-openapi'
import type { Sessions } from '../authentication/sessions.js'
import { jsonRequestBody, type RouteDefinition } from '../routing/definition.js'
import { createOpenApiRouter, type RouteFactory } from '../routing/router.js'
import { assertSameOrigin } from '../routing/same-origin.js'

export interface SessionRoutesDeps {
  readonly sessions: Sessions
  readonly publicBaseUrl: string
}

const exchangeRequestSchema = z.object({ token: z.string().min(1).max(8_192) }).openapi('SessionRequest')

const openSessionRoute = {
  method: 'post',
  path: '/session',
  operationId: 'openSession',
  tag: 'service',
  summary: "Exchange a user's token, once, for a session cookie of the pages",
  access: 'anyone',
  request: { body: jsonRequestBody(exchangeRequestSchema) },
  responses: { 204: { description: 'Signed in; the cookie ends with the token' } },
  problems: ['not_authenticated', 'keys_unavailable', 'foreign_origin'],
} as const satisfies RouteDefinition

const endSessionRoute = {
  method: 'delete',
  path: '/session',
  operationId: 'endSession',
  tag: 'service',
  summary: 'Sign out: ends the session',
  access: 'anyone',
  responses: { 204: { description: 'Signed out' } },
  problems: ['foreign_origin'],
} as const satisfies RouteDefinition

export const sessionRoutes = (route: RouteFactory, { sessions, publicBaseUrl }: SessionRoutesDeps) =>
  createOpenApiRouter()
    .openapi(route(openSessionRoute), async (c) => {
      assertSameOrigin(c.req.raw, publicBaseUrl)
      return createNoContentResponse(await sessions.exchange(c.req.valid('json').token))
    })
    .openapi(route(endSessionRoute), (c) => {
      assertSameOrigin(c.req.raw, publicBaseUrl)
      return createNoContentResponse(sessions.end(c.req.raw))
    })

const createNoContentResponse = (setCookie: string): Response => {
  const headers = { 'Set-Cookie': setCookie, 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' }
  return new Response(null, { status: 204, headers })
}
