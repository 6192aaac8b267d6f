import { CheckoutError } from '@coursepay/core'
import { OpenAPIHono, type RouteConfig } from '@hono/zod-openapi'
import type { Context, TypedResponse } from 'hono'
import type { JSONParsed } from 'hono/utils/types'
import type { Authenticate, Caller } from '../authentication/authenticate.js'
import { openApiOf, type RouteAccess, type RouteDefinition } from './definition.js'
import type { AnswerFailure, Env } from './env.js'
import { LiteralRouter } from './literal-router.js'
import { honoPatternOf, type Observers, observe, type RouteGuard, type RouteHandler } from './observe.js'
import { validatorsOf } from './request-validators.js'
import { assertSameOrigin } from './same-origin.js'
import type { WriteLimiter } from './write-limit.js'

export interface RouteFactoryDeps {
  readonly authenticate: Authenticate
  readonly observers: Observers
  readonly writeLimiter: WriteLimiter
  readonly publicBaseUrl: string
}

/** The route of a definition, as far as handlers and clients see it. */
type RouteOf<D extends RouteDefinition> = Pick<D, 'method' | 'path' | 'responses'> &
  (D extends { readonly request: infer Request extends NonNullable<RouteConfig['request']> }
    ? { request: Request }
    : unknown)

export interface RouteOptions {
  /** Answers its failures; problem+json when absent. */
  readonly fail?: AnswerFailure
  /** Runs before the validation, such as an authentication of its own. */
  readonly guard?: RouteGuard
}

/** Adds to a definition what its handler is wrapped in. */
export type RouteFactory = <const D extends RouteDefinition>(definition: D, options?: RouteOptions) => RouteOf<D>

export function createRouteFactory(deps: RouteFactoryDeps): RouteFactory {
  return (definition, { fail, guard } = {}) => {
    const guards = [...guardsOf(definition, deps), ...(guard === undefined ? [] : [guard]), ...validatorsOf(definition)]
    return { ...openApiOf(definition), wrap: observe(definition, deps.observers, { fail, guards }) } as never
  }
}

/** What `RouteFactory` makes. */
interface PreparedRoute extends RouteConfig {
  readonly wrap: ReturnType<typeof observe>
}

/** Each route is one handler, which also validates. A layer of middleware for each part would cost every request. */
export function createOpenApiRouter(): OpenAPIHono<Env> {
  const router = new OpenAPIHono<Env>({ router: new LiteralRouter() })
  const openapi = ({ wrap, ...config }: PreparedRoute, handle: RouteHandler) => {
    router.openAPIRegistry.registerPath(config)
    return router.on(config.method, honoPatternOf(config.path), wrap(handle))
  }
  return Object.assign(router, { openapi })
}

/** Authentication runs first, so a stranger's body is not read. */
function guardsOf({ access, writes }: RouteDefinition, deps: RouteFactoryDeps): RouteGuard[] {
  const isAllowed = isCallerAllowedByAccess[access]
  return [
    ...(isAllowed === undefined ? [] : [createAuthenticationGuard(access, isAllowed, deps)]),
    ...(writes ? [(c: Context<Env>) => deps.writeLimiter(c.get('caller').userId)] : []),
  ]
}

const isCallerAllowedByAccess: Partial<Record<RouteAccess, (caller: Caller) => boolean>> = {
  user: () => true,
  user_or_pay_token: () => true,
  operator: ({ operator }) => operator,
  auditor: ({ operator, auditor = false }) => operator || auditor,
}

function createAuthenticationGuard(
  access: RouteAccess,
  isAllowed: (caller: Caller) => boolean,
  { authenticate, publicBaseUrl }: RouteFactoryDeps,
): RouteGuard {
  return async (c) => {
    if (access === 'user_or_pay_token' && c.req.query('token') !== undefined) return
    const caller = await authenticate(c.req.raw)
    if (!isAllowed(caller))
      throw new CheckoutError(
        'operators_only',
        'Only operators may use this address. Send a token with the role "operator".',
      )
    assertSameOrigin(c.req.raw, publicBaseUrl)
    c.set('caller', caller)
  }
}

const jsonAnswerHeaders = {
  'Content-Type': 'application/json',
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
}

/** An answer in JSON that no cache stores: it is about one user. */
export function createJsonResponse<Value>(value: Value): Response & TypedResponse<JSONParsed<Value>, 200, 'json'>
export function createJsonResponse<Value, Status extends 200 | 503>(
  value: Value,
  status: Status,
  headers?: Readonly<Record<string, string>>,
): Response & TypedResponse<JSONParsed<Value>, Status, 'json'>
export function createJsonResponse(value: unknown, status = 200, further?: Readonly<Record<string, string>>) {
  const headers = further === undefined ? jsonAnswerHeaders : { ...jsonAnswerHeaders, ...further }
  return new Response(JSON.stringify(value), { status, headers })
}
