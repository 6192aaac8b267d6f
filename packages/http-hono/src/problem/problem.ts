import { CheckoutError } from '@coursepay/core'
import { z } from '@hono/zod-openapi'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { type ProblemCode, type ProblemRow, problemTable, type TransportErrorCode } from './problem-table.js'

/** A failure that HTTP itself finds, before or beside core. Its message may be shown. */
export class TransportError extends Error {
  override readonly name = 'TransportError'
  readonly code: TransportErrorCode

  constructor(code: TransportErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options)
    this.code = code
  }
}

export const routeNotFoundError = (): TransportError =>
  new TransportError('route_not_found', 'There is nothing at this address. GET /openapi.json lists the addresses.')

const problemCodes = Object.keys(problemTable) as ProblemCode[]

export const problemSchema = z
  .object({
    type: z.string().meta({ examples: ['urn:coursepay:problem:order_not_found'] }),
    title: z.string().meta({ examples: ['No such order'] }),
    status: z
      .int()
      .min(400)
      .max(599)
      .meta({ examples: [404] }),
    detail: z.string(),
    code: z.enum(problemCodes).meta({ examples: ['order_not_found'] }),
    errMessage: z.string().meta({ description: 'For the person in front of the page', examples: ['订单不存在'] }),
  })
  .openapi('Problem')

/** RFC 9457, with the code and the seed's message. */
export interface Problem {
  readonly type: string
  readonly title: string
  readonly status: ContentfulStatusCode
  readonly detail: string
  readonly code: ProblemCode
  readonly errMessage: string
}

const RETRY_AFTER_SECONDS = '2'

export function problemOf(error: unknown): Problem {
  const code = problemCodeOf(error)
  const { status, title, errMessage }: ProblemRow = problemTable[code]
  return {
    type: `urn:coursepay:problem:${code}`,
    title,
    status,
    detail: problemDetailOf(error, status, title),
    code,
    errMessage,
  }
}

/** An error of a newer core may have a code that this table lacks: then it is one of ours to mend. */
export function problemCodeOf(error: unknown): ProblemCode {
  if (!CheckoutError.isInstance(error) && !(error instanceof TransportError)) return 'internal_error'
  return Object.hasOwn(problemTable, error.code) ? error.code : 'internal_error'
}

/** A failure of the server has no detail: the caller cannot mend it. */
function problemDetailOf(error: unknown, status: number, title: string): string {
  return status < 500 && error instanceof Error ? error.message : title
}

/** Headers that go with a problem, whatever its body is. */
export function problemHeaders({ status, code }: Pick<Problem, 'status' | 'code'>): Record<string, string> {
  const headers: Record<string, string> = { 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' }
  if (status === 401) headers['WWW-Authenticate'] = 'Bearer'
  if (status === 503) headers['Retry-After'] = RETRY_AFTER_SECONDS
  if (status === 429) headers['Retry-After'] = code === 'too_many_attempts' ? '3600' : '1'
  return headers
}

export function errorToProblemResponse(error: unknown): Response {
  const problem = problemOf(error)
  const headers = { ...problemHeaders(problem), 'Content-Type': 'application/problem+json' }
  return new Response(JSON.stringify(problem), { status: problem.status, headers })
}
