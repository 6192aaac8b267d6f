import type { Context, Hono } from 'hono'
import { describeError, type Log } from './log.js'
import type { Metrics } from './operations/metrics.js'
import { codeOf, problemAnswer } from './problem/problem.js'
import { TransportError } from './problem/transport-error.js'
import type { Route } from './route.js'

export interface Observers {
  readonly metrics: Metrics
  readonly log: Log
}

/**
 * Hangs the routes into the app. Each answers for itself: no middleware for all paths and no handler of the app is used, so that
 * the host's own routes beside them stay as they are.
 */
export function registerRoutes(app: Hono, routes: readonly Route[], observers: Observers): void {
  for (const [path, atPath] of groupByPath(routes)) {
    for (const route of atPath) app.on(route.method, path, (c) => answer(c, route, observers))
    app.all(path, (c) => answer(c, otherMethods(path, atPath), observers))
  }
}

/** A fixed path goes before one with a parameter, or `payresult` would be taken for an order id. */
function groupByPath(routes: readonly Route[]): [string, Route[]][] {
  const fixedFirst = routes.toSorted(
    (some, other) => Number(some.path.includes(':')) - Number(other.path.includes(':')),
  )
  return [...Map.groupBy(fixedFirst, ({ path }) => path)]
}

function otherMethods(path: string, routes: readonly Route[]): Pick<Route, 'path' | 'handle'> {
  const allowed = routes.flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method])).join(', ')
  return {
    path,
    handle() {
      const refusal = problemAnswer(new TransportError('method_not_allowed', `This address takes ${allowed}.`))
      refusal.headers.set('Allow', allowed)
      return refusal
    },
  }
}

type Answering = Pick<Route, 'path' | 'handle' | 'fail'> & { readonly method?: Route['method'] }

/** Runs one route, tells its failure in the route's own way, and writes log and metrics by pattern. */
export async function answer(c: Context, route: Answering, observers: Observers): Promise<Response> {
  const { path, method = 'other', fail = problemAnswer } = route
  const startedAt = performance.now()
  let failure: unknown
  let response: Response
  try {
    response = await route.handle(c)
  } catch (error) {
    failure = error
    response = await fail(error, c)
  }
  const ms = performance.now() - startedAt
  observers.metrics.observe({ method, route: path, status: response.status, seconds: ms / 1_000 })
  writeLog(observers.log, { method, route: path, status: response.status, ms: Math.round(ms * 100) / 100 }, failure)
  return response
}

interface Answered {
  readonly method: string
  readonly route: string
  readonly status: number
  readonly ms: number
}

function writeLog(log: Log, answered: Answered, failure: unknown): void {
  const fields = { event: 'request', ...answered }
  if (failure === undefined) log.info(fields)
  else if (answered.status < 500) log.info({ ...fields, code: codeOf(failure) })
  else log.error({ ...fields, code: codeOf(failure), ...describeError(failure) })
}
