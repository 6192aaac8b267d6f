import { z } from 'zod'
import type { Route } from '../route.js'
import { idSchema } from '../wire/values.js'
import { type JsonSchema, schemaOf } from './schemas.js'

/** The parts of addresses, by the name that they have in the routes' patterns. */
const inPath: Readonly<Record<string, z.ZodType>> = {
  courseId: z.string(),
  orderId: idSchema,
  payNo: idSchema,
  id: idSchema,
  token: z.string().meta({ description: 'The secret of one attempt to pay, from its payUrl' }),
  orderType: z.string(),
  outBusinessId: z.string(),
}

interface Parameter {
  readonly name: string
  readonly in: 'path' | 'query'
  readonly required: boolean
  readonly schema: JsonSchema
}

/** Throws when a pattern has a part that nobody described. */
export function parametersOf({ path, query }: Pick<Route, 'path' | 'query'>): Parameter[] {
  const names = [...path.matchAll(/:(\w+)/g)].map(([, name = '']) => name)
  return [...names.map(pathParameter), ...(query === undefined ? [] : queryParameters(query))]
}

function pathParameter(name: string): Parameter {
  const schema = inPath[name]
  if (schema === undefined) throw new TypeError(`The part :${name} of an address has no schema.`)
  return { name, in: 'path', required: true, schema: schemaOf(schema) }
}

function queryParameters(query: z.ZodType): Parameter[] {
  const { properties = {}, required = [] } = z.toJSONSchema(query, { io: 'input' })
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    schema: Object(schema),
  }))
}

/** `/api/orders/:orderId` as OpenAPI writes it: `/api/orders/{orderId}`. */
export const templateOf = (path: string): string => path.replace(/:(\w+)/g, '{$1}')
