import type { Route, RouteDescription } from '../route.js'
import { parametersOf, templateOf } from './parameters.js'
import { responsesOf } from './responses.js'
import { componentSchemas, type JsonSchema, schemaOf } from './schemas.js'

/** Of the contract that the document describes. */
const CONTRACT_VERSION = '1.0.0'

const tags: Readonly<Record<RouteDescription['tag'], string>> = {
  learning: 'Choosing courses, and the course table',
  orders: 'Orders and what became of their payments',
  payment: "The gateway's doors: the page behind the QR, and the notifications",
  operators: 'What operators see and do',
  service: 'The process itself',
}

const access: Readonly<Record<RouteDescription['access'], readonly JsonSchema[]>> = {
  user: [{ bearer: [] }],
  operator: [{ bearer: [] }],
  user_or_pay_token: [{ bearer: [] }, {}],
  price_token: [{ bearer: [] }],
  anyone: [],
}

/** What these routes are, in OpenAPI 3.1: made from the same schemas that validate. */
export function openApiDocument(routes: readonly Route[]): JsonSchema {
  const described = routes.flatMap((route) =>
    route.documented === undefined ? [] : [[route, route.documented] as const],
  )
  const used = new Set(described.map(([, { tag }]) => tag))
  return {
    openapi: '3.1.0',
    info: {
      title: 'coursepay',
      version: CONTRACT_VERSION,
      summary: 'The checkout of a learning platform: a course, a QR code, Alipay, paid exactly once.',
      description: [
        'Ids are decimal strings, money is a decimal string in yuan with two digits, times are ISO 8601 with offset.',
        'Errors are `application/problem+json` with a closed list of codes.',
      ].join(' '),
      license: { name: 'MIT', identifier: 'MIT' },
    },
    // Relative to this document's own address: right under whatever address somebody reaches us.
    servers: [{ url: '.' }],
    tags: Object.entries(tags).flatMap(([name, description]) =>
      [...used].some((tag) => tag === name) ? [{ name, description }] : [],
    ),
    paths: pathsOf(described),
    components: {
      schemas: componentSchemas(),
      securitySchemes: {
        bearer: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description: '`sub` is the user; `roles` holds `operator` for what only operators may do.',
        },
      },
    },
  }
}

function pathsOf(described: readonly (readonly [Route, RouteDescription])[]) {
  const byPath = Map.groupBy(described, ([{ path }]) => templateOf(path))
  return Object.fromEntries(
    [...byPath].map(([path, atPath]) => [
      path,
      Object.fromEntries(
        atPath.map(([route, description]) => [route.method.toLowerCase(), operationOf(route, description)]),
      ),
    ]),
  )
}

function operationOf(route: Route, description: RouteDescription): JsonSchema {
  const parameters = parametersOf(route)
  const { operationId, tag } = description
  return {
    operationId,
    tags: [tag],
    summary: route.summary,
    ...(description.access === 'operator' ? { description: 'For operators only.' } : {}),
    security: access[description.access],
    ...(parameters.length === 0 ? {} : { parameters }),
    ...requestBodyOf(route, description),
    responses: responsesOf(route, description),
  }
}

function requestBodyOf({ body }: Route, { bodyType }: RouteDescription): JsonSchema {
  if (body !== undefined)
    return { requestBody: { required: true, content: { 'application/json': { schema: schemaOf(body) } } } }
  if (bodyType === undefined) return {}
  return { requestBody: { required: true, content: { [bodyType]: { schema: { type: 'object' } } } } }
}
