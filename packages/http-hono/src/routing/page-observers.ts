import type { Tracer } from '@coursepay/core/ports'
import type { Context, MiddlewareHandler } from 'hono'
import { describeError, type Log, referenceFields } from '../log.js'
import { problemOf } from '../problem/problem.js'
import { referenceOfRequest } from './request-reference.js'
import { describeAnswer, requestSpan } from './request-span.js'

/** Only what is our fault: a page says the rest itself. */
export function logPageFailure(c: Context, error: Error, log: Log): void {
  if (problemOf(error).status < 500) return
  log.error({ event: 'page_failed', ...describeError(error), ...referenceFields(referenceOfRequest(c, error)) })
}

/** Each page under a pattern is a span. */
export const tracePages =
  (route: string, tracer: Tracer): MiddlewareHandler =>
  (c, next) => {
    const { method } = c.req
    return tracer.trace(`${method} ${route}`, requestSpan(c, { method, route }, tracer), async (span) => {
      await next()
      describeAnswer(span, { status: c.res.status, ...referenceOfRequest(c, c.error) }, c.error)
    })
  }
