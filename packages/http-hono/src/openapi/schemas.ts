import { z } from 'zod'
import { wireSchemas } from '../wire/wire-schemas.js'

/** A JSON Schema of draft 2020-12, as OpenAPI 3.1 takes it. */
export type JsonSchema = Readonly<Record<string, unknown>>

const addressOf = (id: string) => `#/components/schemas/${id}`

/**
 * Every named schema of the contract. As input schemas: they allow members that they do not name, since answers may get more of
 * them and requests may bring some.
 */
export function componentSchemas(): Record<string, JsonSchema> {
  const { schemas } = z.toJSONSchema(wireSchemas, { io: 'input', uri: addressOf })
  return Object.fromEntries(Object.entries(schemas).map(([id, schema]) => [id, withoutIdentity(schema)]))
}

/** A reference to a named schema, and the whole of one without a name. */
export function schemaOf(schema: z.ZodType): JsonSchema {
  const named = wireSchemas.get(schema)
  return named === undefined
    ? withoutIdentity(z.toJSONSchema(schema, { io: 'input' }))
    : { $ref: addressOf(String(named.id)) }
}

/** Inside a document a schema has no address of its own: references would be read relative to it. */
function withoutIdentity({ $schema, $id, ...schema }: Readonly<Record<string, unknown>>): JsonSchema {
  return schema
}
