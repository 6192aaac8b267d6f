import { z } from 'zod'
import { docsPage, docsScript, plainDocsPage } from '../docs/docs-page.js'
import { findSwaggerUi, isSwaggerUiFile, swaggerUiFile } from '../docs/swagger-ui.js'
import { openApiDocument } from '../openapi/document.js'
import { TransportError } from '../problem/transport-error.js'
import type { Route } from '../route.js'

interface DocumentationDeps {
  /** What is described: the other routes of this app. */
  readonly routes: readonly Route[]
  /** Where Swagger UI is installed; null for nowhere. */
  readonly swaggerUi?: string | null
}

/** The interface in OpenAPI 3.1, and a page to read and try it. */
export function documentationRoutes({ routes, swaggerUi = findSwaggerUi() }: DocumentationDeps): Route[] {
  const own: Route[] = [openApi(() => document()), docs(swaggerUi), docsFile(swaggerUi)]
  // Made when it is asked for first: a service that nobody reads about pays nothing.
  let made: string | undefined
  const document = () => {
    made ??= JSON.stringify(openApiDocument([...routes, ...own]))
    return made
  }
  return own
}

const openApi = (document: () => string): Route => ({
  method: 'GET',
  path: '/openapi.json',
  summary: 'This document',
  documented: {
    operationId: 'openApi',
    tag: 'service',
    access: 'anyone',
    answers: [{ status: 200, type: 'application/json', description: 'OpenAPI 3.1', schema: z.looseObject({}) }],
  },
  handle: () =>
    new Response(document(), { headers: { 'Content-Type': 'application/json', 'Cache-Control': 'no-cache' } }),
})

const docs = (swaggerUi: string | null): Route => ({
  method: 'GET',
  path: '/docs',
  summary: 'A page to read and try what this document describes',
  documented: {
    operationId: 'docs',
    tag: 'service',
    access: 'anyone',
    answers: [{ status: 200, type: 'text/html', description: 'The page' }],
  },
  handle: () => (swaggerUi === null ? plainDocsPage() : docsPage()),
})

const docsFile = (swaggerUi: string | null): Route => ({
  method: 'GET',
  path: '/docs/:file',
  summary: 'What the page loads',
  async handle(c) {
    const name = c.req.param('file') ?? ''
    if (swaggerUi !== null && name === 'start.js') return docsScript()
    if (swaggerUi !== null && isSwaggerUiFile(name)) return swaggerUiFile(swaggerUi, name)
    throw new TransportError('route_not_found', 'There is nothing at this address.')
  },
})
