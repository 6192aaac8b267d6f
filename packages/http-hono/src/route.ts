import type { Context } from 'hono'
import type { z } from 'zod'
import type { ProblemCode } from './problem/problem-table.js'

/** One call of the contract, with the schemas that describe it: what validates is also what is documented. */
export interface Route {
  readonly method: 'GET' | 'POST'
  /** Hono's pattern. In log and metrics it stands for every address that it matches. */
  readonly path: string
  readonly summary: string
  /** What this route is in the document at `/openapi.json`; absent for what is no part of the contract. */
  readonly documented?: RouteDescription
  readonly query?: z.ZodType
  readonly body?: z.ZodType
  /** Of an answer with status 200 in JSON. */
  readonly answer?: z.ZodType
  handle(c: Context): Promise<Response> | Response
  /** How this route tells a failure; problem+json when absent. */
  fail?(error: unknown, c: Context): Promise<Response> | Response
}

export interface RouteDescription {
  /** Unique: programs that are made from the document name their functions by it. */
  readonly operationId: string
  readonly tag: 'learning' | 'orders' | 'payment' | 'operators' | 'service'
  /** Who may call: `user` and `operator` send a token, `user_or_pay_token` also the secret of the QR, `price_token` one of that purpose alone. */
  readonly access: 'user' | 'operator' | 'user_or_pay_token' | 'price_token' | 'anyone'
  /** Answers beside the one in JSON. */
  readonly answers?: readonly AnswerDescription[]
  /** Media type of a body that is taken as it comes. */
  readonly bodyType?: string
  /** What may go wrong, beside what always may. */
  readonly problems?: readonly ProblemCode[]
  /** Media type of failures; `application/problem+json` when absent. */
  readonly problemType?: string
}

export interface AnswerDescription {
  readonly status: number
  readonly type: string
  readonly description: string
  readonly schema?: z.ZodType
}

/** Answers as JSON that nobody stores: it is about one user. */
export function jsonAnswer(value: unknown, status = 200): Response {
  const headers = { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' }
  return new Response(JSON.stringify(value), { status, headers })
}
