import { type OpenAPIHono, z } from '@hono/zod-openapi'
import { docsPageAnswer, findSwaggerUi, findSwaggerUiFileAnswer } from '../docs/docs-page.js'
import { referencePage } from '../docs/reference-page.js'
import { routeNotFoundError } from '../problem/problem.js'
import { jsonOkResponse, openApiTags, type RouteDefinition, textOkResponse } from '../routing/definition.js'
import type { Env } from '../routing/env.js'
import { type Observers, observe } from '../routing/observe.js'
import { createOpenApiRouter, type RouteFactory } from '../routing/router.js'

const documentInfo = {
  title: 'coursepay',
  /** Of the contract that the document describes. */
  version: '1.0.0',
  summary: 'The checkout of a learning platform: a course, a QR code, Alipay, paid exactly once.',
  description: [
    'Ids are decimal strings, money is a decimal string in yuan with two digits, times are ISO 8601 with offset.',
    'Errors are `application/problem+json` with a closed list of codes.',
  ].join(' '),
  license: { name: 'MIT', identifier: 'MIT' },
} as const

const openApiRoute = {
  method: 'get',
  path: '/openapi.json',
  operationId: 'openApi',
  tag: 'service',
  summary: 'This document',
  access: 'anyone',
  responses: jsonOkResponse(z.looseObject({})),
} as const satisfies RouteDefinition

const docsRoute = {
  method: 'get',
  path: '/docs',
  operationId: 'docs',
  tag: 'service',
  summary: 'A page that shows this document and lets you try the calls',
  access: 'anyone',
  responses: textOkResponse('text/html', 'The page'),
} as const satisfies RouteDefinition

export interface DocumentationDeps {
  readonly app: OpenAPIHono<Env>
  readonly observers: Observers
  /** Where Swagger UI is installed; null for nowhere. */
  readonly swaggerUi?: string | null
}

/** The interface in OpenAPI 3.1, and a page to read and try it. */
export function documentationRoutes(route: RouteFactory, deps: DocumentationDeps) {
  const { app, observers, swaggerUi = findSwaggerUi() } = deps
  const document = memoize(() => openApiDocumentOf(app))
  const json = memoize(() => JSON.stringify(document()))
  const page = memoize(() => referencePage(document(), { canTry: swaggerUi !== null }))
  const headers = {
    'Content-Type': 'application/json',
    'Cache-Control': 'no-cache',
    'X-Content-Type-Options': 'nosniff',
  }
  const router = createOpenApiRouter()
    .openapi(route(openApiRoute), () => new Response(json(), { headers }) as never)
    .openapi(route(docsRoute), async () => docsPageAnswer((await page()).toString()))
  const observed = observe({ method: 'get', path: '/docs/:file' }, observers)
  router.get(
    '/docs/:file',
    observed((c) => {
      const answer = swaggerUi === null ? null : findSwaggerUiFileAnswer(swaggerUi, c.req.param('file') ?? '')
      if (answer === null) throw routeNotFoundError()
      return answer
    }),
  )
  return router
}

/** Made at the first request, not at the start. */
function memoize<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | null = null
  return () => {
    made ??= { value: make() }
    return made.value
  }
}

/** What this app is, in OpenAPI 3.1: made from the same definitions that route and validate. */
function openApiDocumentOf(app: OpenAPIHono<Env>) {
  app.openAPIRegistry.registerComponent('securitySchemes', 'bearer', {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description:
      '`sub` is the user; `roles` holds `operator` for what only operators may do, `auditor` for what those only read.',
  })
  const { title, version } = documentInfo
  // Relative to this document's own address: correct under every address of this app.
  const servers = [{ url: '.' }]
  const document = app.getOpenAPI31Document({ openapi: '3.1.0', info: { title, version }, servers })
  const used = new Set(
    Object.values(document.paths ?? {}).flatMap(({ get, post }) => [...(get?.tags ?? []), ...(post?.tags ?? [])]),
  )
  const described = Object.entries(openApiTags).flatMap(([name, description]) =>
    used.has(name) ? [{ name, description }] : [],
  )
  return { ...document, info: documentInfo, tags: described }
}
