import type { RouteConfig, z } from '@hono/zod-openapi'
import { problemSchema } from '../problem/problem.js'
import { type ProblemCode, type ProblemRow, problemTable } from '../problem/problem-table.js'

/**
 * Who may call. `auditor` is a role that reads what operators read; `price_token` and `orders_token` are tokens of that
 * purpose alone.
 */
export type RouteAccess =
  | 'user'
  | 'operator'
  | 'auditor'
  | 'user_or_pay_token'
  | 'price_token'
  | 'orders_token'
  | 'anyone'

/** One call of the contract. The router, the validators, the document and the client's types are made from it. */
export interface RouteDefinition {
  readonly method: 'get' | 'post' | 'delete'
  /** As OpenAPI writes it: `/api/orders/{orderId}`. */
  readonly path: string
  /** Unique: programs that are made from the document name their functions by it. */
  readonly operationId: string
  readonly tag: keyof typeof openApiTags
  readonly summary: string
  readonly access: RouteAccess
  /** Counts against the caller's write limit. */
  readonly writes?: boolean
  readonly request?: NonNullable<RouteConfig['request']>
  readonly responses: RouteConfig['responses']
  /** The problems of this call, beside those of every call. */
  readonly problems?: readonly ProblemCode[]
  /** Media type of failures; `application/problem+json` when absent. */
  readonly problemType?: string
  /** The code for another user's thing: it is answered as a missing one, so that orders cannot be counted. */
  readonly missingCode?: ProblemCode
}

export const openApiTags = {
  learning: 'Choosing courses, and the course table',
  orders: 'Orders and the state of their payments',
  payment: "The gateway's pages and its notifications",
  operators: 'For operators',
  service: 'The process itself',
} as const

const securityByAccess = {
  user: [{ bearer: [] }],
  operator: [{ bearer: [] }],
  auditor: [{ bearer: [] }],
  price_token: [{ bearer: [] }],
  orders_token: [{ bearer: [] }],
  user_or_pay_token: [{ bearer: [] }, {}],
  anyone: [],
} as const satisfies Record<RouteAccess, readonly Readonly<Record<string, never[]>>[]>

const noteByAccess: Partial<Record<RouteAccess, string>> = {
  operator: 'For operators only.',
  auditor: 'For operators and auditors only.',
  orders_token: 'For the seller of this order type, with its own key.',
  price_token: 'For the order service, with the key of this seller.',
}

export function openApiOf(definition: RouteDefinition): Omit<RouteConfig, 'middleware'> {
  const { method, path, operationId, tag, summary, access, request, responses } = definition
  const description = noteByAccess[access]
  return {
    ...{ method, path, operationId, tags: [tag], summary },
    ...(description === undefined ? {} : { description }),
    security: securityByAccess[access].map((scheme) => ({ ...scheme })),
    ...(request === undefined ? {} : { request }),
    responses: { ...problemResponses(definition), ...responses },
  }
}

const tokenProblemCodes: readonly ProblemCode[] = [
  'not_authenticated',
  'keys_unavailable',
  'store_unavailable',
  'foreign_origin',
]
const bodyProblemCodes: readonly ProblemCode[] = ['invalid_request', 'body_too_large', 'unsupported_media_type']

function problemCodesOf({ request, access, problems = [], writes, missingCode }: RouteDefinition): Set<ProblemCode> {
  return new Set<ProblemCode>([
    ...problems,
    ...(missingCode === undefined ? [] : [missingCode]),
    ...(access === 'anyone' ? [] : tokenProblemCodes),
    ...(access === 'operator' || access === 'auditor' ? (['operators_only'] as const) : []),
    ...(writes ? (['too_many_requests'] as const) : []),
    ...(request?.query === undefined ? [] : (['invalid_request'] as const)),
    ...(request?.body === undefined ? [] : bodyProblemCodes),
    'internal_error',
  ])
}

function problemResponses(definition: RouteDefinition): RouteConfig['responses'] {
  const { problemType = 'application/problem+json' } = definition
  const schema = problemType === 'application/problem+json' ? problemSchema : { type: 'string' as const }
  const byStatus = Map.groupBy(problemCodesOf(definition), (code) => problemTable[code].status)
  return Object.fromEntries(
    [...byStatus].map(([status, codes]) => {
      const description = codes.map((code) => `\`${code}\`: ${(problemTable[code] as ProblemRow).title}.`).join(' ')
      const isRetried = status === 503 || status === 429
      const headers = isRetried ? { headers: { 'Retry-After': { schema: { type: 'string' as const } } } } : {}
      return [status, { description, ...headers, content: { [problemType]: { schema } } }]
    }),
  )
}

export const jsonOkResponse = <Schema extends z.ZodType>(schema: Schema) => ({
  200: { description: 'The answer', content: { 'application/json': { schema } } },
})

/** A body that must be JSON of this form. */
export const jsonRequestBody = <Schema extends z.ZodType>(schema: Schema) => ({
  required: true as const,
  content: { 'application/json': { schema } },
})

/** An answer with status 200 that is no JSON. */
export const textOkResponse = <Type extends string>(type: Type, description: string) => ({
  200: { description, content: { [type]: { schema: { type: 'string' as const } } } },
})
