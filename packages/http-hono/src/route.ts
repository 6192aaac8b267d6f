import type { Context } from 'hono'
import type { z } from 'zod'

/** One call of the contract, with the schemas that describe it. */
export interface Route {
  readonly method: 'GET' | 'POST'
  /** Hono's pattern. In log and metrics it stands for every address that it matches. */
  readonly path: string
  readonly summary: string
  readonly query?: z.ZodType
  readonly body?: z.ZodType
  readonly answer?: z.ZodType
  handle(c: Context): Promise<Response> | Response
  /** How this route tells a failure; problem+json when absent. */
  fail?(error: unknown, c: Context): Promise<Response> | Response
}

/** Answers as JSON that nobody stores: it is about one user. */
export function jsonAnswer(value: unknown, status = 200): Response {
  const headers = { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' }
  return new Response(JSON.stringify(value), { status, headers })
}
