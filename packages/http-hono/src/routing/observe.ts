import { CheckoutError } from '@coursepay/core'
import { type PaymentIds, type Span, type SpanOptions, type Tracer, validTraceparent } from '@coursepay/core/ports'
import type { Context, MiddlewareHandler } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { describeErrorWithoutMessage, type Log, type LogFields, paymentIdFields } from '../log.js'
import type { Metrics } from '../metrics.js'
import { errorToProblemResponse, problemCodeOf, problemOf } from '../problem/problem.js'
import { type ProblemCode, problemTable } from '../problem/problem-table.js'
import { type AnswerFailure, type Env, paymentReferenceOfRequest } from './env.js'

export interface Observers {
  readonly metrics: Metrics
  readonly log: Log
  readonly tracer?: Tracer | undefined
}

export interface ObservedRoute {
  readonly path: string
  readonly method?: string
  readonly missingCode?: ProblemCode
}

/** Throws to reject a request. A layer of middleware for each would cost every request. */
export type RouteGuard = (c: Context<Env>) => void | Promise<void>

export interface ObserveOptions {
  /** Answers the failures of this route; problem+json when absent. */
  readonly fail?: AnswerFailure | undefined
  /** Run in sequence before the handler. */
  readonly guards?: readonly RouteGuard[] | undefined
}

export type RouteHandler = (c: Context<Env>) => Response | Promise<Response>

/** Wraps the handler of a route: guards before it, answers for its failures, and log, metrics and a span by pattern. */
export function observe(
  { path, method = 'other', missingCode }: ObservedRoute,
  observers: Observers,
  { fail = errorToProblemResponse, guards = [] }: ObserveOptions = {},
): (handle: RouteHandler) => RouteHandler {
  const observed = { method: method === 'other' ? method : method.toUpperCase(), route: honoPatternOf(path) }
  const { metrics, log, tracer } = observers
  const answer = async (c: Context<Env>, handle: RouteHandler, span?: Span): Promise<Response> => {
    const startedAt = performance.now()
    let failure: unknown
    let response: Response
    try {
      await runGuards(guards, c)
      response = await handle(c)
    } catch (thrown) {
      // The host's own refusal, such as of its `authenticate`, goes out as the host wrote it.
      const refusal = thrown instanceof HTTPException ? thrown.getResponse() : null
      if (refusal === null) failure = thrown
      response = refusal ?? (await fail(hideForbiddenAsMissing(thrown, missingCode), c))
    }
    const ms = performance.now() - startedAt
    const { status } = response
    const reference = paymentReferenceOfRequest(c, failure)
    metrics.observe({ ...observed, status, seconds: ms / 1_000 })
    writeLog(log, { ...observed, status, ms: Math.round(ms * 100) / 100, ...paymentIdFields(reference) }, failure)
    if (span !== undefined) setAnswerSpanAttributes(span, { status, ...reference }, failure)
    return response
  }
  return (handle) =>
    tracer === undefined
      ? (c) => answer(c, handle)
      : (c) =>
          tracer.trace(`${observed.method} ${observed.route}`, requestSpanOptions(c, observed, tracer), (span) =>
            answer(c, handle, span),
          )
}

/** To await a guard that is done already would cost every request a turn. */
async function runGuards(guards: readonly RouteGuard[], c: Context<Env>): Promise<void> {
  for (const guard of guards) {
    const pending = guard(c)
    if (pending !== undefined) await pending
  }
}

/** `/api/orders/{orderId}` as Hono writes it: `/api/orders/:orderId`. */
export const honoPatternOf = (path: string): string => path.replace(/\{(\w+)\}/g, ':$1')

/** Answers a failure of a route that the host added to this app. */
export const errorToResponse = (error: unknown): Response =>
  error instanceof HTTPException ? error.getResponse() : errorToProblemResponse(error)

/** Another user's thing is answered byte for byte as a missing one. */
function hideForbiddenAsMissing(error: unknown, missingCode: ProblemCode | undefined): unknown {
  if (missingCode === undefined || !CheckoutError.isInstance(error)) return error
  if (error.code !== 'not_yours' && error.code !== missingCode) return error
  return new CheckoutError(missingCode as CheckoutError['code'], `${problemTable[missingCode].title}.`, {
    cause: error,
  })
}

function writeLog(log: Log, answered: LogFields & { readonly status: number }, failure: unknown): void {
  const fields = { event: 'request', ...answered }
  if (failure === undefined) log.info(fields)
  else if (answered.status < 500) log.info({ ...fields, code: problemCodeOf(failure) })
  else log.error({ ...fields, code: problemCodeOf(failure), ...describeErrorWithoutMessage(failure) })
}

/** A request continues the span that runs already (the host traces its HTTP server), else the caller's trace. */
function requestSpanOptions(
  c: Context,
  { method, route }: { readonly method: string; readonly route: string },
  tracer: Tracer,
): SpanOptions {
  const attributes = { 'http.request.method': method, 'http.route': route }
  if (tracer.traceparent() !== undefined) return { kind: 'server', attributes }
  return { kind: 'server', parent: validTraceparent(c.req.header('traceparent')) ?? null, attributes }
}

function setAnswerSpanAttributes(
  span: Span,
  { status, orderId, payNo }: PaymentIds & { readonly status: number },
  failure: unknown,
): void {
  span.set({ 'http.response.status_code': status, 'coursepay.order_id': orderId, 'coursepay.pay_no': payNo })
  if (status >= 500) span.fail(failure)
}

/** Only what is our fault: a page says the rest itself. */
export function logPageServerError(c: Context, error: Error, log: Log): void {
  if (problemOf(error).status < 500) return
  log.error({
    event: 'page_failed',
    ...describeErrorWithoutMessage(error),
    ...paymentIdFields(paymentReferenceOfRequest(c, error)),
  })
}

/** Each page under a pattern is a span. */
export const createPageTracing =
  (route: string, tracer: Tracer): MiddlewareHandler =>
  (c, next) => {
    const { method } = c.req
    return tracer.trace(`${method} ${route}`, requestSpanOptions(c, { method, route }, tracer), async (span) => {
      await next()
      setAnswerSpanAttributes(span, { status: c.res.status, ...paymentReferenceOfRequest(c, c.error) }, c.error)
    })
  }
