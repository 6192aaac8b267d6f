import { problemSchema } from '../problem/problem.js'
import { type ProblemCode, type ProblemRow, problemTable } from '../problem/problem-table.js'
import type { Route, RouteDescription } from '../route.js'
import { type JsonSchema, schemaOf } from './schemas.js'

interface ResponseObject {
  readonly description: string
  readonly headers?: Readonly<Record<string, { readonly schema: JsonSchema }>>
  readonly content: Readonly<Record<string, { readonly schema: JsonSchema }>>
}

/** Every answer of a route by its status. */
export function responsesOf(route: Route, description: RouteDescription): Record<string, ResponseObject> {
  const good = [
    ...(route.answer === undefined
      ? []
      : [{ status: 200, type: 'application/json', description: 'As asked', schema: route.answer }]),
    ...(description.answers ?? []),
  ]
  const bad = Map.groupBy(problemsOf(route, description), (code) => problemTable[code].status)
  return Object.fromEntries([
    ...[...bad].map(([status, codes]) => [status, problemResponse(codes, description)] as const),
    ...good.map(({ status, type, description: text, schema }) => {
      const body = { schema: schema === undefined ? { type: 'string' } : schemaOf(schema) }
      const headers = status === 302 ? { headers: { Location: { schema: { type: 'string', format: 'uri' } } } } : {}
      return [status, { description: text, ...headers, content: { [type]: body } }] as const
    }),
  ])
}

const always: readonly ProblemCode[] = ['internal_error']
const withToken: readonly ProblemCode[] = ['not_authenticated', 'keys_unavailable', 'store_unavailable']
const withBody: readonly ProblemCode[] = ['invalid_request', 'body_too_large']

function problemsOf({ body, query }: Route, { access, bodyType, problems = [] }: RouteDescription): Set<ProblemCode> {
  return new Set([
    ...problems,
    ...(access === 'anyone' ? [] : withToken),
    ...(access === 'operator' ? (['operators_only'] as const) : []),
    ...(query === undefined ? [] : (['invalid_request'] as const)),
    ...(body === undefined && bodyType === undefined ? [] : withBody),
    ...(body === undefined ? [] : (['unsupported_media_type'] as const)),
    ...always,
  ])
}

function problemResponse(codes: readonly ProblemCode[], description: RouteDescription): ResponseObject {
  const { problemType = 'application/problem+json' } = description
  const [first] = codes
  const { status }: Pick<ProblemRow, 'status'> = problemTable[first ?? 'internal_error']
  const text = codes.map((code) => `\`${code}\`: ${problemTable[code].title}.`).join(' ')
  const schema = problemType === 'application/problem+json' ? schemaOf(problemSchema) : { type: 'string' }
  const headers = status === 503 || status === 429 ? { headers: { 'Retry-After': { schema: { type: 'string' } } } } : {}
  return { description: text, ...headers, content: { [problemType]: { schema } } }
}
