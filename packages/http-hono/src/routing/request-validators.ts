import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { invalidRequestError } from '../schemas/values.js'
import type { RouteDefinition } from './definition.js'
import type { RouteGuard } from './observe.js'
import { readJson } from './request-body.js'

/** What a handler reads by `c.req.valid`. A request that does not fit its definition is `invalid_request`. */
export function validatorsOf({ request = {} }: RouteDefinition): RouteGuard[] {
  const { body, query, params } = request
  const json = body?.content['application/json']
  const bodySchema = json !== undefined && 'schema' in json ? json.schema : undefined
  return [
    ...(bodySchema instanceof z.ZodType
      ? [async (c: Context) => checkAndStoreRequestPart(c, 'json', bodySchema, await readJson(c))]
      : []),
    ...(query === undefined ? [] : [(c: Context) => checkAndStoreRequestPart(c, 'query', query, readRawQuery(c))]),
    ...(params === undefined ? [] : [(c: Context) => checkAndStoreRequestPart(c, 'param', params, c.req.param())]),
  ]
}

function checkAndStoreRequestPart(
  c: Context,
  target: 'json' | 'query' | 'param',
  schema: z.ZodType,
  value: unknown,
): void {
  const { success, data, error } = schema.safeParse(value)
  if (!success) throw invalidRequestError(error, target === 'json' ? 'body' : target)
  c.req.addValidatedData(target, Object(data))
}

/** A name that is sent twice keeps an array, which no schema accepts. */
function readRawQuery(c: Context): Readonly<Record<string, unknown>> {
  const query: Record<string, string | string[] | undefined> = c.req.queries()
  for (const name in query) if (query[name]?.length === 1) query[name] = query[name][0]
  return query
}
